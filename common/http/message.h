// HTTP messages as values: what the simulated HubSpot is asked and what it answers. No sockets, no
// parser; the server, the simulation tests, the fuzzers and the contract suite all build these.
// Threads: plain values. Lifetime: a RequestView's texts live only as long as the buffer they view;
// the machine copies what it keeps.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/text.h"

namespace hubsim::http {

enum class Method { get, head, post, put, patch, del, options, other };

[[nodiscard]] Method parse_method(std::string_view text) noexcept;
[[nodiscard]] std::string_view method_name(Method method) noexcept;

struct HeaderView {
  std::string_view name;
  std::string_view value;
};

struct RequestView {
  Method method = Method::get;
  /// The raw target without the query, e.g. "/crm/v3/objects/contacts/a%40b.org".
  std::string_view path;
  /// Without the '?'; still encoded.
  std::string_view query;
  std::vector<HeaderView> headers;
  std::string_view body;
  /// It came over TLS: links of the answer say https.
  bool secure = false;
  /// Holds the body beyond the call when it was spooled to disk; null for a body in memory.
  std::shared_ptr<const void> body_keeper{};

  /// First header of that name, case-insensitive; nothing when absent.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// A request that owns its texts, for tests, clients and journals.
struct Request {
  Method method = Method::get;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  [[nodiscard]] RequestView view() const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  /// More headers, rendered already: "Name: value\r\n" each. For the hot path.
  std::string header_lines;
  std::string body;

  void set_header(std::string_view name, std::string value);
  /// Looks in both places; nothing when absent.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// "Too Many Requests"; "Unknown" for a code without a registered reason.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// Query parameters in order, decoded, repeats kept.
class Query {
 public:
  explicit Query(std::string_view raw);
  /// First value of that name.
  [[nodiscard]] std::optional<std::string_view> first(std::string_view name) const noexcept;
  /// All values of that name, comma lists split: HubSpot takes `a&a` and `a,b` alike.
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const noexcept {
    return pairs_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace hubsim::http
