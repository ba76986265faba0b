// Router: finds the catalogue row for a method and path. A trie over path segments; a literal beats
// a parameter, and where the literal leads nowhere the parameter is tried.
// Threads: built once, then read by any thread. Invariant: a path has one answer whatever the
// order of the rows; two rows with the same method and shape are refused at construction.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/message.h"
#include "hubspot/catalogue/catalogue.h"

namespace hubsim::hubspot {

using PathParams = std::vector<std::pair<std::string_view, std::string>>;

struct Route {
  enum class Kind { found, not_found, method_not_allowed };
  Kind kind = Kind::not_found;
  const OperationRow* row = nullptr;
  PathParams params;                  ///< decoded, names from the template
  std::vector<http::Method> allowed;  ///< for method_not_allowed
};

class Router {
 public:
  /// The rows must outlive the router. Throws std::runtime_error naming the rows that collide.
  explicit Router(std::span<const OperationRow> rows);

  /// `path` is the raw target without query. One trailing slash is ignored; HEAD finds GET.
  [[nodiscard]] Route match(http::Method method, std::string_view path) const;

 private:
  static constexpr std::size_t max_segments = 24;
  static constexpr std::uint32_t none = 0xffffffff;
  struct Node {
    std::vector<std::pair<std::string_view, std::uint32_t>> literals;  ///< sorted
    std::uint32_t parameter = none;
    std::vector<const OperationRow*> rows;  ///< by method, when a path ends here
  };
  struct Segments {
    std::size_t count = 0;
    std::string_view text[max_segments];
  };
  static bool cut(std::string_view path, Segments& segments);
  void add(const OperationRow& row);
  std::uint32_t child_for(std::uint32_t node, std::string_view segment);
  [[nodiscard]] std::uint32_t find(std::uint32_t node, const Segments& segments,
                                   std::size_t depth) const;

  std::vector<Node> nodes_;
};

}  // namespace hubsim::hubspot
