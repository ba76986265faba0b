#include "loadgen/workloads/trace.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/net/url.h"
#include "common/time/format.h"

namespace hubsim::loadgen {

namespace {

constexpr std::size_t max_entries = 1'000'000;
constexpr std::uintmax_t max_file_bytes = std::uintmax_t{256} << 20;

/// The client writes these itself; a recording's own would contradict it.
bool is_own_header(std::string_view name) {
  constexpr std::array<std::string_view, 6> own{"host",       "content-length",    "connection",
                                                "keep-alive", "transfer-encoding", "expect"};
  return name.starts_with(':') || std::any_of(own.begin(), own.end(), [&](std::string_view one) {
           return equals_ignoring_case(one, name);
         });
}

/// A whole URL is played against the target: only its path and query stay.
std::string target_of(const std::string& url) {
  const auto whole = net::parse_url(url);
  return whole.ok() ? whole->target : url;
}

std::string text_in(const Json& object, const char* key, const char* otherwise) {
  const Json* value = json::find(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : otherwise;
}

void read_har_headers(const Json& request, TraceEntry& entry) {
  const Json* headers = json::find(request, "headers");
  if (headers == nullptr || !headers->is_array()) {
    return;
  }
  for (const Json& header : *headers) {
    const std::string name = text_in(header, "name", "");
    if (!name.empty() && !is_own_header(name)) {
      entry.headers.emplace_back(name, text_in(header, "value", ""));
    }
  }
}

Result<TraceEntry> har_entry(const Json& json, std::size_t number) {
  const std::string where = "HAR entry " + std::to_string(number) + ": ";
  const auto started = parse_iso8601(text_in(json, "startedDateTime", ""));
  const Json* request = json::find(json, "request");
  if (!started || request == nullptr) {
    return Failure{where + "no startedDateTime or no request"};
  }
  TraceEntry entry;
  entry.at = started->time_since_epoch();
  entry.method = text_in(*request, "method", "GET");
  entry.target = target_of(text_in(*request, "url", ""));
  if (entry.target.empty()) {
    return Failure{where + "its request has no url"};
  }
  read_har_headers(*request, entry);
  if (const Json* body = json::find(*request, "postData"); body != nullptr) {
    entry.body = text_in(*body, "text", "");
  }
  return entry;
}

Result<std::vector<TraceEntry>> parse_har(const Json& entries) {
  std::vector<TraceEntry> all;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto entry = har_entry(entries[i], i);
    if (!entry) {
      return Failure{entry.error()};
    }
    all.push_back(std::move(*entry));
  }
  return all;
}

Result<TraceEntry> line_entry(std::string_view line, std::size_t number) {
  const std::string where = "line " + std::to_string(number) + ": ";
  const auto json = json::parse(line);
  if (!json || !json->is_object()) {
    return Failure{where + "not a JSON object"};
  }
  const Json* at = json::find(*json, "at_ms");
  if (at == nullptr || !at->is_number() || at->get<double>() < 0) {
    return Failure{where + "'at_ms' is missing or no number of milliseconds"};
  }
  TraceEntry entry;
  entry.at = std::chrono::nanoseconds(static_cast<std::int64_t>(at->get<double>() * 1e6));
  entry.method = text_in(*json, "method", "GET");
  entry.target = target_of(text_in(*json, "url", ""));
  if (const Json* body = json::find(*json, "body"); body != nullptr) {
    entry.body = body->is_string() ? body->get<std::string>() : json::dump(*body);
  }
  if (const Json* headers = json::find(*json, "headers"); headers != nullptr) {
    for (const auto& [name, value] : headers->items()) {
      if (!is_own_header(name)) {
        entry.headers.emplace_back(name, json::text_of(value));
      }
    }
  }
  return entry;
}

Result<std::vector<TraceEntry>> parse_lines(std::string_view text) {
  std::vector<TraceEntry> all;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) {
      continue;
    }
    auto entry = line_entry(line, number);
    if (!entry) {
      return Failure{entry.error()};
    }
    all.push_back(std::move(*entry));
  }
  return all;
}

}  // namespace

Result<std::vector<TraceEntry>> parse_trace(std::string_view text) {
  const auto whole = json::parse(text);
  const Json* log = whole.ok() ? json::find(*whole, "log") : nullptr;
  const Json* entries = log != nullptr ? json::find(*log, "entries") : nullptr;
  auto all = entries != nullptr && entries->is_array() ? parse_har(*entries) : parse_lines(text);
  if (!all) {
    return all;
  }
  if (all->empty() || all->size() > max_entries) {
    return Failure{std::string(all->empty() ? "the trace holds no request"
                                            : "the trace holds more than 1,000,000 requests")};
  }
  std::stable_sort(all->begin(), all->end(),
                   [](const TraceEntry& a, const TraceEntry& b) { return a.at < b.at; });
  const auto first = all->front().at;
  for (TraceEntry& entry : *all) {
    entry.at -= first;
  }
  return all;
}

Result<std::vector<TraceEntry>> load_trace(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    return Failure{"cannot read the trace '" + path + "'"};
  }
  if (static_cast<std::uintmax_t>(file.tellg()) > max_file_bytes) {
    return Failure{"the trace '" + path + "' is larger than 256 MiB"};
  }
  file.seekg(0);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto all = parse_trace(text);
  return all.ok() ? std::move(all) : Failure{path + ": " + all.error()};
}

}  // namespace hubsim::loadgen
