#include "hubspot/catalogue/nearest.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

constexpr std::size_t max_segments = 24;
constexpr std::size_t longest_compared = 40;
constexpr std::size_t highest_cost = 4;

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

/// v3, 2026-03, 2026-09-beta, and what looks like one of them.
bool is_version(std::string_view segment) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (segment.size() >= 2 && segment.size() <= 3 && segment.front() == 'v') {
    return digit(segment[1]);
  }
  return segment.size() >= 7 && segment[4] == '-' && digit(segment[0]) && digit(segment[5]);
}

struct Cut {
  std::vector<std::string_view> segments;  ///< without the version
  std::string_view version;
  std::size_t version_at = 0;
};

Cut cut(std::string_view path) {
  Cut out;
  if (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  if (path.starts_with('/')) {
    path.remove_prefix(1);
  }
  for (const std::string_view segment : split(path.substr(0, 2048), '/')) {
    if (out.segments.size() == max_segments) {
      break;
    }
    if (out.version.empty() && is_version(segment)) {
      out.version = segment;
      out.version_at = out.segments.size();
    } else {
      out.segments.push_back(segment);
    }
  }
  return out;
}

bool is_typo(std::string_view asked, std::string_view known) {
  if (asked.size() > longest_compared || known.size() > longest_compared) {
    return false;
  }
  const std::array candidates{std::string(known)};
  return !nearest_name(to_lower(asked), candidates).empty();
}

void add(NearMiss& miss, std::string text, std::size_t cost) {
  miss.differs += (miss.differs.empty() ? "" : ", ") + std::move(text);
  miss.cost += cost;
}

bool compare_segments(const Cut& asked, const Cut& known, NearMiss& miss) {
  if (asked.segments.size() != known.segments.size()) {
    return false;
  }
  for (std::size_t i = 0; i < asked.segments.size() && miss.cost <= highest_cost; ++i) {
    const std::string_view mine = asked.segments[i];
    const std::string_view theirs = known.segments[i];
    if (mine == theirs || (is_parameter(theirs) && !mine.empty())) {
      continue;
    }
    if (is_parameter(theirs) || !is_typo(mine, theirs)) {
      return false;
    }
    add(miss, "'" + std::string(mine) + "' for '" + std::string(theirs) + "'", 2);
  }
  return miss.cost <= highest_cost;
}

void compare_versions(const Cut& asked, const Cut& known, NearMiss& miss) {
  if (asked.version == known.version && asked.version_at == known.version_at) {
    return;
  }
  if (asked.version == known.version) {
    return add(miss, "place of the version", 1);
  }
  if (asked.version.empty()) {
    return add(miss, "no version, known " + std::string(known.version), 2);
  }
  add(miss, "version " + std::string(asked.version) + ", known " + std::string(known.version), 2);
}

NearMiss compare(const Cut& asked, http::Method method, const OperationRow& row) {
  NearMiss miss{.row = &row, .differs = {}, .cost = 0};
  const Cut known = cut(row.path_template);
  if (!compare_segments(asked, known, miss)) {
    miss.row = nullptr;
    return miss;
  }
  compare_versions(asked, known, miss);
  if (row.method != method) {
    add(miss, "method " + std::string(http::method_name(row.method)), 1);
  }
  // Where a literal fits as well as a parameter, the literal was meant.
  miss.cost = miss.cost * 8 + static_cast<std::size_t>(std::count(row.path_template.begin(),
                                                                  row.path_template.end(), '{'));
  return miss;
}

}  // namespace

std::vector<NearMiss> nearest(std::span<const OperationRow> rows, http::Method method,
                              std::string_view path, std::size_t limit) {
  std::vector<NearMiss> misses;
  const Cut asked = cut(path);
  for (const OperationRow& row : rows) {
    NearMiss miss = compare(asked, method, row);
    if (miss.row != nullptr) {
      misses.push_back(std::move(miss));
    }
  }
  std::stable_sort(misses.begin(), misses.end(),
                   [](const NearMiss& a, const NearMiss& b) { return a.cost < b.cost; });
  std::vector<NearMiss> best;  // one row of each operation: its versions say nothing new
  for (NearMiss& miss : misses) {
    const bool known = std::any_of(best.begin(), best.end(), [&](const NearMiss& other) {
      return other.row->id == miss.row->id;
    });
    if (!known && best.size() < limit) {
      best.push_back(std::move(miss));
    }
  }
  return best;
}

std::string near_miss_note(const std::vector<NearMiss>& misses) {
  if (misses.empty()) {
    return "no such operation, and none is near";
  }
  std::string note = "no such operation; near:";
  for (const NearMiss& miss : misses) {
    note += (note.ends_with(':') ? " " : "; ");
    note += std::string(http::method_name(miss.row->method)) + " " +
            std::string(miss.row->path_template);
    note += miss.differs.empty() ? "" : " (" + miss.differs + ")";
  }
  return note;
}

}  // namespace hubsim::hubspot
