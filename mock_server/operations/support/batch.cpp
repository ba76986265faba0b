#include "mock_server/operations/support/batch.h"

#include <endian.h>

#include <algorithm>
#include <cstring>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

Read<BatchBody> read_batch(const Context& context, std::size_t maximum) {
  auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  const auto inputs = members.list("inputs");
  if (!inputs) {
    return Failure{inputs.error()};
  }
  const std::size_t size = (*inputs)->size();
  if (size == 0) {
    return Failure{hubspot::empty_batch()};
  }
  if (size > maximum) {
    return Failure{hubspot::batch_too_large(maximum)};
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (!(**inputs)[i].is_object()) {
      return Failure{hubspot::wrong_json_type(
          context.request.body, "/inputs/" + std::to_string(i),
          "java.util.LinkedHashMap<java.lang.String,java.lang.Object>", (**inputs)[i])};
    }
  }
  return BatchBody{std::move(*body), size};
}

void close_batch(std::string& out, const Context& context, const std::vector<ApiError>& errors) {
  out += ']';
  if (!errors.empty()) {
    out += R"(,"numErrors":)" + std::to_string(errors.size()) + R"(,"errors":[)";
    for (const ApiError& error : errors) {
      out += out.back() == '[' ? "" : ",";
      hubspot::append_batch_item(out, error);
    }
    out += ']';
  }
  const std::string now = format_iso8601(context.now);
  out += R"(,"startedAt":")" + now + R"(","completedAt":")" + now + "\"}";
}

Reply batch_answer(const Context& context, const BatchResults& results, int status,
                   std::size_t inputs) {
  constexpr std::size_t usual_result_bytes = 512;
  std::string out;
  out.reserve(256 + results.count * usual_result_bytes);
  out += R"({"status":"COMPLETE","results":[)";
  const bool reversed =
      context.portal.options().is(hubspot::Option::objects_batch_results, "reversed");
  for (std::size_t i = 0; i < results.count; ++i) {
    out += i == 0 ? "" : ",";
    results.append(out, reversed ? results.count - 1 - i : i);
  }
  close_batch(out, context, results.errors);
  Reply reply = answer(std::move(out), results.errors.empty() ? status : 207);
  reply.inputs = inputs;
  return reply;
}

namespace {

/// The first eight bytes as a number that compares as they do: most keys differ there, and a look
/// at the texts themselves is a cache miss each.
std::uint64_t prefix_of(std::string_view key) noexcept {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  return be64toh(prefix);
}

}  // namespace

std::string batch_key(std::vector<std::string_view> keys) {
  std::vector<std::pair<std::uint64_t, std::string_view>> sorted;
  sorted.reserve(keys.size());
  std::size_t size = 0;
  for (const std::string_view key : keys) {
    sorted.emplace_back(prefix_of(key), key);
    size += key.size() + 1;
  }
  std::sort(sorted.begin(), sorted.end());
  std::string joined;
  joined.reserve(size);
  for (const auto& [prefix, key] : sorted) {
    if (!joined.empty()) {
      joined += ',';
    }
    joined.append(key);
  }
  return joined;
}

}  // namespace hubsim::operations
