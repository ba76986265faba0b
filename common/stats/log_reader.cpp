#include "common/stats/log_reader.h"

#include <cmath>
#include <optional>

#include "common/base/text.h"

namespace hubsim::stats {

namespace {

constexpr std::size_t most_tag_letters = 1'000;

/// The next piece up to a comma, which is taken too.
std::string_view take_field(std::string_view& rest) {
  const auto comma = rest.find(',');
  const std::string_view field = rest.substr(0, comma);
  rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  return trim(field);
}

bool take_number(std::string_view& rest, double& number) {
  const auto parsed = parse_double(take_field(rest));
  number = parsed.value_or(0);
  return parsed && std::isfinite(*parsed) && *parsed >= 0;
}

Result<LogLine> read_line(std::string_view rest) {
  LogLine line;
  if (rest.starts_with("Tag=")) {
    rest.remove_prefix(4);
    line.tag = std::string(take_field(rest));
    if (line.tag.size() > most_tag_letters) {
      return Failure{std::string("the tag is longer than 1,000 letters")};
    }
  }
  if (!take_number(rest, line.start_s) || !take_number(rest, line.length_s) ||
      !take_number(rest, line.max_ms)) {
    return Failure{std::string(
        "wanted 'Tag=NAME,START,LENGTH,MAX,HISTOGRAM' with three numbers of 0 or more")};
  }
  auto cells = decode_packed(trim(rest));
  if (!cells) {
    return Failure{cells.error()};
  }
  line.cells = std::move(*cells);
  line.count = count_packed(line.cells).value_or(0);
  return line;
}

bool has_no_data(std::string_view line) {
  return line.empty() || line.front() == '#' || line.front() == '"';
}

}  // namespace

void LogLine::add_to(Histogram& histogram) const { HUBSIM_ASSERT(histogram.add_packed(cells)); }

Histogram LogLine::histogram() const {
  Histogram histogram;
  add_to(histogram);
  return histogram;
}

Result<std::vector<LogLine>> read_log(std::string_view text) {
  std::vector<LogLine> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (has_no_data(line)) {
      continue;
    }
    auto read = read_line(line);
    if (!read) {
      return Failure{"line " + std::to_string(number) + " of the histogram log: " + read.error()};
    }
    lines.push_back(std::move(*read));
  }
  return lines;
}

}  // namespace hubsim::stats
