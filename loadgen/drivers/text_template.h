// TextTemplate: a text with ${index}, ${uuid} and named values in it (${feed.email} of a feeder's
// row, ${got.id} captured from an answer), cut up once and filled for each request.
// A uuid depends on seed, name and index alone.
// Threads: immutable once parsed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace hubsim::loadgen {

/// By the name as written: "feed.email".
using NamedValues = std::map<std::string, std::string, std::less<>>;

class TextTemplate {
 public:
  /// Refuses names it does not know, with the nearest one; `named` are known beside index and uuid.
  [[nodiscard]] static Result<TextTemplate> parse(std::string_view text,
                                                  const std::vector<std::string>& named = {});

  /// A named value that is not there is left empty.
  [[nodiscard]] std::string fill(std::uint64_t index, std::string_view uuid,
                                 const NamedValues& named = {}) const;

 private:
  enum class Then { end, index, uuid, named };
  struct Part {
    std::string text;
    Then then = Then::end;
    std::string name{};
  };
  std::vector<Part> parts_;
};

/// A version 4 UUID drawn from the key.
[[nodiscard]] std::string keyed_uuid(std::uint64_t seed, std::string_view name,
                                     std::uint64_t index);

}  // namespace hubsim::loadgen
