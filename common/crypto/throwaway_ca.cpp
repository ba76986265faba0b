#include "common/crypto/throwaway_ca.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "common/base/assert.h"

namespace hubsim::crypto {

namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* thing) const noexcept {
    free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;

constexpr long version_3 = 2;
constexpr int serial_bits = 127;  // at most 20 octets and positive (RFC 5280)

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  HUBSIM_ASSERT(key != nullptr);
  return key;
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* bytes =
      static_cast<const unsigned char*>(static_cast<const void*>(common_name.data()));
  HUBSIM_ASSERT(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes,
                                           static_cast<int>(common_name.size()), -1, 0) == 1);
}

void set_random_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, Free<BN_free>> number(BN_new());
  HUBSIM_ASSERT(number != nullptr);
  HUBSIM_ASSERT(BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  HUBSIM_ASSERT(extension != nullptr);
  HUBSIM_ASSERT(X509_add_ext(certificate, extension.get(), -1) == 1);
}

Cert make_certificate(EVP_PKEY* key, const std::string& name, const CertificateWish& wish) {
  Cert certificate(X509_new());
  HUBSIM_ASSERT(certificate != nullptr);
  X509_set_version(certificate.get(), version_3);
  set_random_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.ends.count());
  X509_set_pubkey(certificate.get(), key);
  set_name(X509_get_subject_name(certificate.get()), name);
  return certificate;
}

template <class Write>
std::string to_pem(const Write& write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  HUBSIM_ASSERT(bio != nullptr && write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string certificate_pem(X509* certificate) {
  return to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    const std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>> address(
        a2i_IPADDRESS(host.c_str()));
    names += (names.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + host;
  }
  return names;
}

}  // namespace

struct ThrowawayCa::Parts {
  Key key;
  Cert certificate;
};

ThrowawayCa::ThrowawayCa(const std::string& name) : parts_(std::make_unique<Parts>()) {
  parts_->key = make_key();
  parts_->certificate = make_certificate(parts_->key.get(), name, {});
  X509* own = parts_->certificate.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(own, own, NID_subject_key_identifier, "hash");
  HUBSIM_ASSERT(X509_sign(own, parts_->key.get(), EVP_sha256()) != 0);
  certificate_ = certificate_pem(own);
}

ThrowawayCa::~ThrowawayCa() = default;

Certificate ThrowawayCa::issue(const CertificateWish& wish) const {
  HUBSIM_ASSERT(!wish.hosts.empty());
  const Key key = make_key();
  const Cert certificate = make_certificate(key.get(), wish.hosts.front(), wish);
  X509* issuer = parts_->certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
  add_extension(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), issuer, NID_subject_alt_name, alternative_names(wish.hosts));
  add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  HUBSIM_ASSERT(X509_sign(certificate.get(), parts_->key.get(), EVP_sha256()) != 0);
  return {.certificate = certificate_pem(certificate.get()),
          .private_key = to_pem([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace hubsim::crypto
