// TextTemplate: a text with ${index} and ${uuid} in it, cut up once and filled for each arrival.
// A uuid depends on seed, name and index alone.
// Threads: immutable once parsed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace hubsim::loadgen {

class TextTemplate {
 public:
  /// Refuses names it does not know, with the nearest one.
  [[nodiscard]] static Result<TextTemplate> parse(std::string_view text);

  void append_to(std::string& out, std::uint64_t index, std::string_view uuid) const;
  [[nodiscard]] std::string fill(std::uint64_t index, std::string_view uuid) const;

 private:
  enum class Then { end, index, uuid };
  struct Part {
    std::string text;
    Then then = Then::end;
  };
  std::vector<Part> parts_;
};

/// A version 4 UUID drawn from the key.
[[nodiscard]] std::string keyed_uuid(std::uint64_t seed, std::string_view name,
                                     std::uint64_t index);

}  // namespace hubsim::loadgen
