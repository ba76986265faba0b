#include "app/throwaway_tls.h"

#include <algorithm>
#include <filesystem>

#include "app/serving.h"
#include "common/crypto/throwaway_ca.h"

namespace hubsim::app {

Result<ThrowawayTls> make_throwaway_tls(const std::string& host, const std::string& ca_file) {
  const crypto::ThrowawayCa authority;
  crypto::CertificateWish wish;
  std::string name = host;
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  if (std::find(wish.hosts.begin(), wish.hosts.end(), name) == wish.hosts.end()) {
    wish.hosts.push_back(name);
  }
  const auto issued = authority.issue(wish);
  auto context = net::TlsContext::for_server({issued.certificate, issued.private_key});
  if (!context.ok()) {
    return Failure{context.error()};
  }
  std::error_code error;
  const std::string path = std::filesystem::absolute(ca_file, error).string();
  if (error || !write_ready_file(path, authority.certificate())) {
    return Failure{"cannot write the certificate to trust to '" + ca_file + "'"};
  }
  return ThrowawayTls{std::move(*context), path};
}

}  // namespace hubsim::app
