#include "loadgen/engine/patched_request.h"

#include "common/net/request_text.h"
#include "common/net/url.h"

namespace hubsim::loadgen {

namespace {

std::string replace_index(std::string text, std::string_view digits) {
  constexpr std::string_view mark = "${index}";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), digits);
  }
  return text;
}

Result<std::string> render_with(net::ClientRequest request, std::string_view digits) {
  request.url = replace_index(std::move(request.url), digits);
  request.body = replace_index(std::move(request.body), digits);
  for (auto& [name, value] : request.headers) {
    value = replace_index(std::move(value), digits);
  }
  const auto url = net::parse_url(request.url);
  return url.ok() ? net::render_request(request, *url) : Failure{url.error()};
}

}  // namespace

Result<PatchedRequest> PatchedRequest::make(const net::ClientRequest& request) {
  auto zeros = render_with(request, "0000000000");
  const auto ones = render_with(request, "1111111111");
  if (!zeros || !ones) {
    return Failure{zeros.error()};
  }
  PatchedRequest made;
  made.head_ = request.method == "HEAD";
  // Where the two differ, there the digits are.
  for (std::size_t at = 0; at < zeros->size(); ++at) {
    if ((*zeros)[at] != (*ones)[at]) {
      made.places_.push_back(at);
      at += digits - 1;
    }
  }
  made.bytes_ = std::move(*zeros);
  return made;
}

std::string_view PatchedRequest::bytes_for(std::uint64_t index) {
  for (const std::size_t place : places_) {
    std::uint64_t left = index;
    for (std::size_t i = digits; i-- > 0;) {
      bytes_[place + i] = static_cast<char>('0' + left % 10);
      left /= 10;
    }
  }
  return bytes_;
}

}  // namespace hubsim::loadgen
