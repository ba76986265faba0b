// ThrowawayCa: a certificate authority made on the spot, and certificates it signs, for TLS servers
// of this program (`--tls`) and for tests. Its key lives in memory only and is lost with it, so a
// client that trusts its certificate trusts nothing for longer.
// Threads: one at a time. Dates are real time, as TLS demands.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hubsim::crypto {

struct CertificateWish {
  /// Names and IP addresses it is for.
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  /// Both counted from now; a past end makes an expired one.
  std::chrono::seconds begins = -std::chrono::hours(1);
  std::chrono::seconds ends = std::chrono::hours(24) * 30;
};

/// PEM.
struct Certificate {
  std::string certificate;
  std::string private_key;
};

class ThrowawayCa {
 public:
  explicit ThrowawayCa(const std::string& name = "hubsim throw-away CA");
  ~ThrowawayCa();
  ThrowawayCa(const ThrowawayCa&) = delete;
  ThrowawayCa& operator=(const ThrowawayCa&) = delete;

  /// What clients are to trust, PEM.
  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }
  [[nodiscard]] Certificate issue(const CertificateWish& wish) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string certificate_;
};

}  // namespace hubsim::crypto
