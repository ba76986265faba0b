#include "mock_server/operations/hubdb/hubdb_book.h"

#include <algorithm>

#include "common/base/text.h"

namespace hubsim::operations {

namespace {

template <class Wanted>
HubdbTable* first_of(std::map<std::uint64_t, HubdbTable>& tables, const Wanted& wanted) {
  for (auto& [id, table] : tables) {
    if (!table.deleted && wanted(table)) {
      return &table;
    }
  }
  return nullptr;
}

}  // namespace

const HubdbColumn* HubdbVersion::column(std::string_view wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const HubdbColumn& each) { return each.name == wanted; });
  if (found != columns.end()) {
    return &*found;
  }
  const auto number = parse_int(wanted);
  return number ? column(static_cast<int>(*number)) : nullptr;
}

const HubdbColumn* HubdbVersion::column(int id) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const HubdbColumn& each) { return each.id == id; });
  return found == columns.end() ? nullptr : &*found;
}

HubdbRowPtr HubdbVersion::row(std::uint64_t id) const {
  const auto found = rows.find(id);
  return found == rows.end() ? nullptr : found->second;
}

std::size_t bytes_of(const HubdbRow& row) {
  constexpr std::size_t fixed = 256;
  constexpr std::size_t a_value = 64;
  std::size_t bytes = fixed + row.name.size() + row.path.size();
  for (const auto& [column, text] : row.values) {
    bytes += a_value + text.size();
  }
  return bytes;
}

std::size_t HubdbBook::count() const {
  return static_cast<std::size_t>(std::count_if(
      tables_.begin(), tables_.end(), [](const auto& each) { return !each.second.deleted; }));
}

HubdbTable* HubdbBook::find(std::string_view id_or_name) {
  if (const auto id = parse_uint(id_or_name)) {
    const auto found = tables_.find(*id);
    if (found != tables_.end()) {
      return &found->second;
    }
  }
  return by_name(id_or_name);
}

HubdbTable* HubdbBook::by_name(std::string_view name) {
  return first_of(tables_, [&](const HubdbTable& table) { return table.draft.name == name; });
}

HubdbTable* HubdbBook::by_label(std::string_view label) {
  return first_of(tables_, [&](const HubdbTable& table) { return table.draft.label == label; });
}

HubdbTable& HubdbBook::add(HubdbVersion draft, Instant now) {
  HubdbTable& table = tables_[++last_table_];
  table.id = last_table_;
  table.created = now;
  for (const HubdbColumn& column : draft.columns) {
    table.last_column = std::max(table.last_column, column.id);
  }
  table.draft = std::move(draft);
  table.draft.updated = now;
  recount();
  return table;
}

void HubdbBook::remove(HubdbTable& table, Instant now) {
  table.deleted = now;
  std::size_t deleted = tables_.size() - count();
  for (auto it = tables_.begin(); it != tables_.end() && deleted > max_deleted;) {
    const bool goes = it->second.deleted.has_value();
    deleted -= goes ? 1 : 0;
    it = goes ? tables_.erase(it) : std::next(it);
  }
  recount();
}

void HubdbBook::publish(HubdbTable& table, Instant now) {
  for (auto& [id, row] : table.draft.rows) {
    if (table.live == nullptr || table.live->row(id) != row) {
      HubdbRow published = *row;
      published.published = now;
      row = std::make_shared<const HubdbRow>(std::move(published));
    }
  }
  table.live = std::make_shared<const HubdbVersion>(table.draft);
  table.published = now;
  table.versions.insert(++table.last_version);
  if (table.versions.size() > max_versions) {
    table.versions.erase(table.versions.begin());
  }
}

void HubdbBook::unpublish(HubdbTable& table, Instant now) {
  table.live = nullptr;
  table.published = Instant{};
  table.draft.updated = now;
}

void HubdbBook::reset(HubdbTable& table, Instant now) {
  if (table.live != nullptr) {
    table.draft = *table.live;
    table.draft.updated = now;
    recount();
  }
}

bool HubdbBook::put(HubdbTable& table, HubdbRow row, Instant now) {
  const HubdbRowPtr old = table.draft.row(row.id);
  const std::size_t before = old == nullptr ? 0 : bytes_of(*old);
  const std::size_t after = bytes_of(row);
  if (bytes_ - before + after > max_bytes) {
    return false;
  }
  bytes_ = bytes_ - before + after;
  const std::uint64_t id = row.id;
  table.draft.rows[id] = std::make_shared<const HubdbRow>(std::move(row));
  table.draft.updated = now;
  return true;
}

bool HubdbBook::erase(HubdbTable& table, std::uint64_t row, Instant now) {
  const HubdbRowPtr old = table.draft.row(row);
  if (old == nullptr) {
    return false;
  }
  bytes_ -= bytes_of(*old);
  table.draft.rows.erase(row);
  table.draft.updated = now;
  return true;
}

void HubdbBook::recount() {
  bytes_ = 0;
  for (const auto& [id, table] : tables_) {
    for (const auto& [row_id, row] : table.draft.rows) {
      bytes_ += bytes_of(*row);
    }
  }
}

}  // namespace hubsim::operations
