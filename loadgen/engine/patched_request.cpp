#include "loadgen/engine/patched_request.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/base/text.h"
#include "common/net/request_text.h"
#include "common/net/url.h"

namespace hubsim::loadgen {

namespace {

constexpr std::size_t number_digits = 10;
using Digits = std::array<char, number_digits>;

Digits digits_of(std::uint64_t index) noexcept {
  Digits digits{};
  for (std::size_t i = number_digits; i-- > 0; index /= 10) {
    digits[i] = static_cast<char>('0' + index % 10);
  }
  return digits;
}

std::string replace_index(std::string text, std::string_view digits) {
  constexpr std::string_view mark = "${index}";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), digits);
  }
  return text;
}

net::ClientRequest numbered(net::ClientRequest request, std::string_view digits) {
  request.url = replace_index(std::move(request.url), digits);
  request.body = replace_index(std::move(request.body), digits);
  for (auto& [name, value] : request.headers) {
    value = replace_index(std::move(value), digits);
  }
  return request;
}

Result<std::string> render_with(const net::ClientRequest& given, std::string_view digits) {
  const net::ClientRequest request = numbered(given, digits);
  const auto url = net::parse_url(request.url);
  return url.ok() ? net::render_request(request, *url) : Failure{url.error()};
}

constexpr std::string_view all_zeros = "0000000000";
constexpr std::string_view all_ones = "1111111111";

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The names and values of a request that render_request() has let pass.
Result<Fields> fields_of(const net::ClientRequest& request) {
  const auto url = net::parse_url(request.url);
  if (!url) {
    return Failure{url.error()};
  }
  Fields fields{{":method", request.method},
                {":scheme", url->scheme},
                {":authority", url->authority()},
                {":path", url->target}};
  bool has_length = false;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = to_lower(name);
    if (lower == "host") {
      fields[2].second = value;
      continue;
    }
    constexpr std::array<std::string_view, 5> of_connections{
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};
    if (std::ranges::find(of_connections, lower) != of_connections.end()) {
      return Failure{"header '" + name + "' has no place in HTTP/2: leave it out, or --http 1.1"};
    }
    has_length = has_length || lower == "content-length";
    fields.emplace_back(lower, value);
  }
  const bool usual =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!has_length && (usual || !request.body.empty())) {
    fields.emplace_back("content-length", std::to_string(request.body.size()));
  }
  return fields;
}

}  // namespace

PatchedText::PatchedText(std::string zeros, std::string_view ones) : text_(std::move(zeros)) {
  for (std::size_t at = 0; at < text_.size(); ++at) {
    if (text_[at] != ones[at]) {
      places_.push_back(at);
      at += number_digits - 1;
    }
  }
}

std::string_view PatchedText::with(std::uint64_t index) {
  if (!places_.empty()) {
    const Digits digits = digits_of(index);
    for (const std::size_t place : places_) {
      std::memcpy(text_.data() + place, digits.data(), digits.size());
    }
  }
  return text_;
}

std::size_t PatchedText::copy(std::uint64_t index, std::size_t from, std::span<char> into) const {
  const std::size_t size = std::min(into.size(), text_.size() - std::min(from, text_.size()));
  if (size == 0) {
    return 0;
  }
  std::memcpy(into.data(), text_.data() + from, size);
  const Digits digits = digits_of(index);
  for (const std::size_t place : places_) {
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (place + i >= from && place + i - from < size) {
        into[place + i - from] = digits[i];
      }
    }
  }
  return size;
}

Result<PatchedRequest> PatchedRequest::make(const net::ClientRequest& request) {
  auto first = render_with(request, all_zeros);
  const auto second = render_with(request, all_ones);
  if (!first || !second) {
    return Failure{first ? second.error() : first.error()};
  }
  PatchedRequest made;
  made.head_ = request.method == "HEAD";
  made.bytes_ = PatchedText(std::move(*first), *second);
  return made;
}

Result<PatchedFields> PatchedFields::make(const net::ClientRequest& request) {
  if (const auto sendable = PatchedRequest::make(request); !sendable) {
    return Failure{sendable.error()};
  }
  const net::ClientRequest first = numbered(request, all_zeros);
  const net::ClientRequest second = numbered(request, all_ones);
  auto fields = fields_of(first);
  const auto again = fields_of(second);
  if (!fields || !again) {
    return Failure{fields ? again.error() : fields.error()};
  }
  PatchedFields made;
  for (std::size_t i = 0; i < fields->size(); ++i) {
    auto& [name, value] = (*fields)[i];
    made.fields.push_back({std::move(name), PatchedText(std::move(value), (*again)[i].second)});
  }
  made.body = PatchedText(first.body, second.body);
  return made;
}

}  // namespace hubsim::loadgen
