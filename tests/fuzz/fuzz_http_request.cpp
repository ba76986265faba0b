// The server's request parser: whatever the bytes and however they are cut, it neither crashes nor
// reads past what it was given, and gives the same requests. The first byte chooses the cuts.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/assert.h"
#include "mock_server/serve/request_parser.h"

namespace {

using hubsim::serve::RequestParser;
using State = RequestParser::State;

constexpr hubsim::serve::ParserLimits limits{.head_bytes = 4096, .body_bytes = 1 << 16};

struct Seen {
  std::vector<std::string> requests;
  State end = State::idle;
};

std::string describe(const RequestParser& parser) {
  const auto& request = parser.request();
  std::string text(hubsim::http::method_name(request.method));
  text.append(" ").append(request.path).append("?").append(request.query);
  for (const auto& [name, value] : request.headers) {
    text.append("\n").append(name).append(":").append(value);
  }
  return text.append("\n\n").append(request.body).append(parser.keep_alive() ? "+" : "-");
}

/// Feeds pieces of pseudo-random sizes, each from memory of exactly its size.
Seen parse(std::string_view bytes, std::uint32_t cuts) {
  RequestParser parser(limits);
  Seen seen;
  while (!bytes.empty() && parser.state() != State::bad) {
    cuts = cuts * 1664525U + 1013904223U;
    const std::string_view next = bytes.substr(0, 1 + (cuts >> 24U) % 17);
    const std::vector<char> piece(next.begin(), next.end());
    bytes.remove_prefix(piece.size());
    std::string_view rest(piece.data(), piece.size());
    while (!rest.empty() && parser.state() != State::bad) {
      const std::size_t used = parser.consume(rest);
      HUBSIM_ASSERT(used > 0 || parser.state() == State::bad);
      HUBSIM_ASSERT(used <= rest.size());
      rest.remove_prefix(used);
      if (parser.state() == State::ready) {
        HUBSIM_ASSERT(parser.request().body.size() <= limits.body_bytes);
        seen.requests.push_back(describe(parser));
        parser.next();
      }
    }
  }
  seen.end = parser.state();
  return seen;
}

Seen parse_whole(std::string_view bytes) {
  RequestParser parser(limits);
  Seen seen;
  while (!bytes.empty() && parser.state() != State::bad) {
    bytes.remove_prefix(parser.consume(bytes));
    if (parser.state() == State::ready) {
      seen.requests.push_back(describe(parser));
      parser.next();
    }
  }
  seen.end = parser.state();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Seen whole = parse_whole(bytes);
  const Seen cut = parse(bytes, data[0] + 1U);
  HUBSIM_ASSERT(whole.requests == cut.requests);
  // In pieces an error may show later than at once, when a line is still open; never the reverse.
  const bool still_open =
      whole.end == State::bad && (cut.end == State::head || cut.end == State::body);
  HUBSIM_ASSERT(whole.end == cut.end || still_open);
  return 0;
}
