#include "app/coverage.h"

#include <cstdio>

#include "app/exit_codes.h"
#include "common/base/text.h"
#include "hubspot/catalogue/catalogue.h"
#include "hubspot/catalogue/coverage.h"

namespace hubsim::app {

namespace {

using hubspot::CoverageCounts;

constexpr const char* head_format = "%-46s %-13s %8s %8s %6s %7s %7s %6s\n";
constexpr const char* row_format = "%-46s %-13s %8u %8u %6u %7u %7u %6u\n";

void print_row(const std::string& name, const std::string& version, const CoverageCounts& counts) {
  std::printf(row_format, name.c_str(), version.c_str(), counts.modelled, counts.stateful,
              counts.shaped, counts.derived, counts.retired, counts.absent);
}

void print_table(const hubspot::CoverageTable& table) {
  std::printf(head_format, "", "version", "modelled", "stateful", "shaped", "derived", "retired",
              "absent");
  CoverageCounts total;
  for (const auto& [name, versions] : table) {
    for (const auto& [version, counts] : versions) {
      print_row(name, version, counts);
      total += counts;
    }
  }
  print_row("total", "", total);
}

/// "CMS/Hubdb" holds what has a path of it; operations know only their own area, e.g. "cms.hubdb".
bool lies_in(const hubspot::OperationRow& row, std::string_view area) {
  const std::string wanted = to_lower(area);
  const std::string_view first = row.area.substr(0, row.area.find('.'));
  std::string plain(first);
  for (char& letter : plain) {
    letter = letter == '_' ? ' ' : letter;
  }
  return plain == wanted;
}

void print_operations(std::string_view area) {
  for (const hubspot::OperationRow& row : hubspot::catalogue()) {
    if (lies_in(row, area)) {
      std::printf("%-9.*s %-6s %.*s%s%s\n", static_cast<int>(hubspot::grade_name(row.grade).size()),
                  hubspot::grade_name(row.grade).data(),
                  std::string(http::method_name(row.method)).c_str(),
                  static_cast<int>(row.path_template.size()), row.path_template.data(),
                  row.derived ? "  (derived)" : "", row.retired ? "  (retired)" : "");
    }
  }
}

int unknown_area(const std::string& area) {
  std::string known;
  for (const auto& [name, versions] : hubspot::coverage_table()) {
    known += (known.empty() ? "" : ", ") + name;
  }
  std::fprintf(stderr, "hubsim mock: --coverage knows no area '%s'; known: %s\n", area.c_str(),
               known.c_str());
  return exit_usage;
}

}  // namespace

int print_coverage(const std::string& area) {
  const hubspot::CoverageTable table = hubspot::coverage_table(area);
  if (table.empty()) {
    return unknown_area(area);
  }
  print_table(table);
  if (area.empty()) {
    std::printf(
        "modelled: hand-written; stateful: remembers and validates, from the catalogue; shaped: a "
        "valid answer without memory;\nderived: a version that no client has, from the version "
        "map; absent: published by HubSpot, answered 404 here\n");
  } else {
    std::printf("\n");
    print_operations(area);
  }
  return exit_pass;
}

}  // namespace hubsim::app
