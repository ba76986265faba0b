// Digests and message codes over OpenSSL's EVP: what HubSpot's webhook signatures and file sums
// are made of.
// Pure functions of their bytes; any thread. OpenSSL failing here (out of memory) is fatal.
#pragma once

#include <string>
#include <string_view>

namespace hubsim::crypto {

/// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// 32 lower-case hex digits: `fileMd5` of HubSpot's file manager. For nothing that must be secret.
[[nodiscard]] std::string md5_hex(std::string_view bytes);
/// The digest in the standard alphabet with padding, 44 characters: as a page's policy names it.
[[nodiscard]] std::string sha256_base64(std::string_view bytes);
/// Standard alphabet with padding, 44 characters.
[[nodiscard]] std::string hmac_sha256_base64(std::string_view key, std::string_view bytes);

}  // namespace hubsim::crypto
