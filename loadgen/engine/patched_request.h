// PatchedRequest, PatchedFields: a request rendered once, with the places where its number stands;
// sending the next one overwrites ten digits instead of rendering anew. PatchedRequest is the bytes
// of HTTP/1.1, PatchedFields the names and values HTTP/2 packs for each connection in its own way.
// Threads: one copy a thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/net/http_client.h"

namespace hubsim::loadgen {

/// A text and the places of the digits in it.
class PatchedText {
 public:
  PatchedText() = default;
  /// Of the same text rendered with two numbers: where they differ, there the digits are.
  PatchedText(std::string zeros, std::string_view ones);

  /// With this number in it; valid until the next call.
  [[nodiscard]] std::string_view with(std::uint64_t index);
  /// As many bytes as `into` has room for, from `from` on, as they are with this number.
  [[nodiscard]] std::size_t copy(std::uint64_t index, std::size_t from, std::span<char> into) const;

  [[nodiscard]] bool has_number() const noexcept { return !places_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string text_;
  std::vector<std::size_t> places_;
};

class PatchedRequest {
 public:
  /// ${index} in URL, headers and body becomes ten digits, with leading zeros.
  [[nodiscard]] static Result<PatchedRequest> make(const net::ClientRequest& request);

  /// The bytes with this number in them; valid until the next call.
  [[nodiscard]] std::string_view bytes_for(std::uint64_t index) { return bytes_.with(index); }
  [[nodiscard]] bool answer_has_no_body() const noexcept { return head_; }

 private:
  PatchedText bytes_;
  bool head_ = false;
};

struct PatchedFields {
  struct Field {
    std::string name;  ///< lower case; the pseudo-headers come first
    PatchedText value;
  };
  std::vector<Field> fields;
  PatchedText body;

  /// What HTTP/2 has no place for (Connection, Transfer-Encoding, ...) is refused by name; Host
  /// becomes :authority.
  [[nodiscard]] static Result<PatchedFields> make(const net::ClientRequest& request);
};

}  // namespace hubsim::loadgen
