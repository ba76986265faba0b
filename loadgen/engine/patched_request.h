// PatchedRequest: the bytes of a request rendered once, with the places where the request's number
// stands; sending the next one overwrites ten digits instead of rendering anew.
// Threads: one copy a thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/net/http_client.h"

namespace hubsim::loadgen {

class PatchedRequest {
 public:
  /// ${index} in URL, headers and body becomes ten digits, with leading zeros.
  [[nodiscard]] static Result<PatchedRequest> make(const net::ClientRequest& request);

  /// The bytes with this number in them; valid until the next call.
  [[nodiscard]] std::string_view bytes_for(std::uint64_t index);
  [[nodiscard]] bool answer_has_no_body() const noexcept { return head_; }

 private:
  static constexpr std::size_t digits = 10;
  std::string bytes_;
  std::vector<std::size_t> places_;
  bool head_ = false;
};

}  // namespace hubsim::loadgen
