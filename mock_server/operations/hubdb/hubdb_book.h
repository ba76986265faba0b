// HubdbBook: the HubDB tables of a portal. A table has a draft, which writes change, and a live
// version once it is published: the draft as it was then. A part of the portal.
// Threads: guarded by the portal's lock. Invariants: rows never change once they stand in a version
// (a write puts another in their place), so versions share them; ids of rows are one sequence over
// all tables, ids of columns one for each table (T 2026-09); drafts stay below the byte limit.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {
class Portal;
}

namespace hubsim::operations {

struct HubdbOption {
  int id = 0;
  std::string name;
  std::string label;
  int order = 0;
  Instant created{};
  Instant updated{};
};

struct HubdbColumn {
  int id = 0;
  std::string name;
  std::string label;
  std::string type;  ///< TEXT, NUMBER, ... (reference A3)
  std::vector<HubdbOption> options{};
  std::uint64_t foreign_table = 0;
  int foreign_column = 0;
  std::size_t most_characters = 0;  ///< 0: what the type allows
  std::size_t most_options = 0;     ///< 0: all
  Instant created{};
  Instant updated{};
};

struct HubdbRow {
  std::uint64_t id = 0;
  std::string name;
  std::string path;
  std::uint64_t child_table = 0;
  std::map<int, std::string> values;  ///< by column, as JSON text; cleared ones are left out
  Instant created{};
  Instant updated{};
  Instant published{};  ///< the epoch: never
};
using HubdbRowPtr = std::shared_ptr<const HubdbRow>;

struct HubdbVersion {
  std::string name;
  std::string label;
  bool for_pages = false;
  bool is_public = false;
  bool child_tables = false;
  bool child_pages = false;
  std::map<std::string, std::int64_t> meta_tags{};
  std::vector<HubdbColumn> columns{};
  std::map<std::uint64_t, HubdbRowPtr> rows{};
  Instant updated{};

  [[nodiscard]] const HubdbColumn* column(std::string_view wanted) const;  ///< by name, or id
  [[nodiscard]] const HubdbColumn* column(int id) const;
  [[nodiscard]] HubdbRowPtr row(std::uint64_t id) const;
};

struct HubdbTable {
  std::uint64_t id = 0;
  HubdbVersion draft;
  std::shared_ptr<const HubdbVersion> live{};
  Instant created{};
  Instant published{};  ///< the epoch: never
  std::optional<Instant> deleted{};
  int last_column = 0;
  std::set<std::uint64_t> versions{};  ///< numbers of publishes that are kept
  std::uint64_t last_version = 0;
};

class HubdbBook : public portal::PartOf<HubdbBook> {
 public:
  static constexpr std::size_t max_bytes = std::size_t{256} << 20;
  static constexpr std::size_t max_versions = 20;
  static constexpr std::size_t max_deleted = 1'000;
  explicit HubdbBook(const portal::Portal& /*portal*/) {}

  [[nodiscard]] std::map<std::uint64_t, HubdbTable>& tables() noexcept { return tables_; }
  /// Live tables only count.
  [[nodiscard]] std::size_t count() const;
  /// By id, or by the name of its draft; deleted ones only by id. nullptr: there is none.
  [[nodiscard]] HubdbTable* find(std::string_view id_or_name);
  [[nodiscard]] HubdbTable* by_name(std::string_view name);
  [[nodiscard]] HubdbTable* by_label(std::string_view label);

  HubdbTable& add(HubdbVersion draft, Instant now);
  /// The oldest deleted ones are forgotten beyond the limit.
  void remove(HubdbTable& table, Instant now);
  void publish(HubdbTable& table, Instant now);
  void unpublish(HubdbTable& table, Instant now);
  /// The draft is what is live; a table that was never published keeps its draft.
  void reset(HubdbTable& table, Instant now);

  [[nodiscard]] std::uint64_t next_row() noexcept { return ++last_row_; }
  /// Into the draft, in place of one of its id. False: too many bytes, nothing changed.
  bool put(HubdbTable& table, HubdbRow row, Instant now);
  bool erase(HubdbTable& table, std::uint64_t row, Instant now);

 private:
  void recount();

  std::map<std::uint64_t, HubdbTable> tables_;
  std::uint64_t last_table_ = 412'407'342;  // magnitudes of T 2026-09
  std::uint64_t last_row_ = 221'835'620'679;
  std::size_t bytes_ = 0;  ///< of the drafts' rows
};

/// What a row takes, about.
[[nodiscard]] std::size_t bytes_of(const HubdbRow& row);

}  // namespace hubsim::operations
