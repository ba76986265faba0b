// run.json: the run as data. Indented, but a list of plain values stays on one line, so that a
// timeline of an hour is twenty lines and not seventy thousand.
#include "common/json/json.h"

#include <algorithm>

#include "reports/formats/format.h"

namespace hubsim::reports {
namespace {

bool is_flat(const Json& value) {
  return value.is_array() && std::none_of(value.begin(), value.end(),
                                          [](const Json& item) { return item.is_structured(); });
}

void append_pretty(std::string& out, const Json& value, std::size_t depth) {
  if (!value.is_structured() || value.empty() || is_flat(value)) {
    out += json::dump(value);
    return;
  }
  const std::string indent(2 * (depth + 1), ' ');
  char opening = value.is_object() ? '{' : '[';
  for (const auto& [key, member] : value.items()) {
    out += opening;
    out += '\n';
    out += indent;
    opening = ',';
    if (value.is_object()) {
      json::append_string(out, key);
      out += ": ";
    }
    append_pretty(out, member, depth + 1);
  }
  out += '\n';
  out.append(2 * depth, ' ');
  out += value.is_object() ? '}' : ']';
}

std::string render_json(const RunResult& result) {
  std::string out;
  append_pretty(out, to_json(result), 0);
  out += '\n';
  return out;
}

}  // namespace

void register_format_json(FormatRegistry& registry);
void register_format_json(FormatRegistry& registry) {
  registry.add({"json", "run.json", "everything about the run as data", &render_json});
}

}  // namespace hubsim::reports
