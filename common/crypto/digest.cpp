#include "common/crypto/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <span>

#include "common/base/assert.h"

namespace hubsim::crypto {

namespace {

constexpr std::size_t sha256_bytes = 32;
constexpr std::size_t md5_bytes = 16;
constexpr std::size_t base64_length = 44;  // of 32 bytes

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using Code = std::array<unsigned char, sha256_bytes>;

Code sha256(std::string_view bytes) {
  Code digest{};
  unsigned int length = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  HUBSIM_ASSERT(done == 1 && length == sha256_bytes);
  return digest;
}

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

std::string base64(const Code& code) {
  std::array<unsigned char, base64_length + 1> text{};
  EVP_EncodeBlock(text.data(), code.data(), static_cast<int>(sha256_bytes));
  return {reinterpret_cast<const char*>(text.data()), base64_length};
}

}  // namespace

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

std::string md5_hex(std::string_view bytes) {
  std::array<unsigned char, md5_bytes> digest{};
  unsigned int length = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr);
  HUBSIM_ASSERT(done == 1 && length == md5_bytes);
  return hex(digest);
}

std::string sha256_base64(std::string_view bytes) { return base64(sha256(bytes)); }

std::string hmac_sha256_base64(std::string_view key, std::string_view bytes) {
  Code code{};
  unsigned int length = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes),
                          bytes.size(), code.data(), &length);
  HUBSIM_ASSERT(done != nullptr && length == sha256_bytes);
  return base64(code);
}

}  // namespace hubsim::crypto
