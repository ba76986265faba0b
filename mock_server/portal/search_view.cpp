#include "mock_server/portal/search_view.h"

#include <algorithm>

#include "common/base/assert.h"
#include "common/base/text.h"
#include "mock_server/portal/tokens.h"

namespace hubsim::portal {

namespace {

/// FNV-1a over the value in lower case, finished by a multiply-xor mix.
std::uint64_t hash_ignoring_case(std::string_view value) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : value) {
    hash = (hash ^ static_cast<unsigned char>(to_lower_ascii(c))) * 0x100000001b3ULL;
  }
  hash ^= hash >> 32U;
  return hash * 0x9e3779b97f4a7c15ULL;
}

using Hashes = std::vector<std::uint64_t>;

/// The tokens of a text, or the options of a set, each once.
Hashes token_hashes(ValueKind kind, std::string_view text) {
  Hashes hashes;
  if (kind == ValueKind::many) {
    for (const std::string_view option : split(text, ';')) {
      hashes.push_back(hash_ignoring_case(option));
    }
  } else {
    for (const std::string& token : tokens_of(text)) {
      hashes.push_back(hash_ignoring_case(token));
    }
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

/// As search sees it: archived records are not there.
const RecordPtr& seen(const RecordPtr& record) noexcept {
  static const RecordPtr none;
  return record && !record->archived ? record : none;
}

std::optional<SortKey> key_of(const Column& column, const RecordPtr& record) {
  return record ? column.key_of(*record) : std::nullopt;
}

}  // namespace

const RecordPtr& SearchView::version(const Slots& slots, Slot slot) const {
  if (!held_.empty()) {
    const auto held = held_.find(slot);
    if (held != held_.end()) {
      return seen(held->second.version);
    }
  }
  return seen(slots[slot]);
}

void SearchView::append(Slots& slots, RecordPtr record, std::optional<Instant> seen_at) {
  const auto slot = static_cast<Slot>(slots.size());
  slots.push_back(record);
  if (seen_at) {
    held_[slot] = {nullptr, ++last_number_};
    wait(slot, std::move(record), *seen_at);
  } else {
    put_in(slots, slot, nullptr, seen(record));
  }
}

void SearchView::replace(Slots& slots, Slot slot, RecordPtr record,
                         std::optional<Instant> seen_at) {
  if (seen_at) {
    held_.try_emplace(slot, Held{slots[slot], ++last_number_});
    slots[slot] = record;
    wait(slot, std::move(record), *seen_at);
    return;
  }
  const RecordPtr before = version(slots, slot);
  take_out(slots, slot, before, seen(record));
  held_.erase(slot);
  slots[slot] = record;
  put_in(slots, slot, before, seen(record));
}

void SearchView::wait(Slot slot, RecordPtr record, Instant seen_at) {
  const std::uint64_t number = ++last_number_;
  waiting_.emplace(std::pair(seen_at, number), Waiting{slot, std::move(record), number});
}

void SearchView::advance(const Slots& slots, Instant now) {
  while (!waiting_.empty() && waiting_.begin()->first.first <= now) {
    const Waiting due = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    const auto held = held_.find(due.slot);
    if (held == held_.end() || held->second.number > due.number) {
      continue;  // a newer version is indexed already
    }
    const RecordPtr before = version(slots, due.slot);
    const RecordPtr& after = seen(due.record);
    take_out(slots, due.slot, before, after);
    if (slots[due.slot] == due.record) {
      held_.erase(due.slot);
    } else {
      held_[due.slot] = {due.record, due.number};
    }
    put_in(slots, due.slot, before, after);
  }
}

bool SearchView::changes(const Column& column, const RecordPtr& before, const RecordPtr& after) {
  const auto old_key = key_of(column, before);
  const auto new_key = key_of(column, after);
  if (!old_key || !new_key) {
    return old_key.has_value() != new_key.has_value();
  }
  // Bytes, not order: a hash may not care about case, but what is read back does.
  return old_key->prefix != new_key->prefix || old_key->text != new_key->text;
}

void SearchView::take_out(const Slots& slots, Slot slot, const RecordPtr& before,
                          const RecordPtr& after) {
  visible_ -= before ? 1U : 0U;
  for (auto& [property, index] : indexes_) {
    const auto key = key_of(index.column, before);
    if (!key || !changes(index.column, before, after)) {
      continue;
    }
    if (index.sorted) {
      index.sorted->erase({*key, slot}, text_of(slots, index.column));
    }
    remove_hashes(index, key->text, slot);
  }
}

void SearchView::put_in(const Slots& slots, Slot slot, const RecordPtr& before,
                        const RecordPtr& after) {
  visible_ += after ? 1U : 0U;
  if (sieve_ && after) {
    add_to_sieve(*after, slot);
  }
  for (auto& [property, index] : indexes_) {
    const auto key = key_of(index.column, after);
    if (!key || !changes(index.column, before, after)) {
      continue;
    }
    if (index.sorted) {
      index.sorted->insert({*key, slot}, text_of(slots, index.column));
    }
    add_hashes(index, key->text, slot);
  }
}

/// Each value alone: a text does not reach from one into the next.
void SearchView::add_to_sieve(const Record& record, Slot slot) {
  for (const PropertyIndex property : searchable_.properties) {
    if (const std::string* value = record.value(property)) {
      sieve_->add(slot, *value);
    }
  }
  for (const PropertyIndex property : searchable_.phones) {
    if (const std::string* value = record.value(property)) {
      sieve_->add(slot, digits_of(*value));
    }
  }
}

const TextSieve* SearchView::sieve(const Slots& slots, const Searchable& searchable) {
  if (slots.size() < index_from_) {
    return nullptr;
  }
  if (!sieve_ || searchable_ != searchable) {
    searchable_ = searchable;
    sieve_ = std::make_unique<TextSieve>();
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const auto slot = static_cast<Slot>(i);
      if (const RecordPtr& record = version(slots, slot)) {
        add_to_sieve(*record, slot);
      }
    }
  }
  return sieve_.get();
}

void SearchView::add_hashes(ColumnIndex& index, std::string_view text, Slot slot) {
  if (index.equal) {
    add_equal(*index.equal, hash_ignoring_case(text), slot);
  }
  if (index.tokens) {
    for (const std::uint64_t hash : token_hashes(index.column.kind, text)) {
      add_equal(*index.tokens, hash, slot);
    }
  }
}

void SearchView::remove_hashes(ColumnIndex& index, std::string_view text, Slot slot) {
  if (index.equal) {
    remove_equal(*index.equal, hash_ignoring_case(text), slot);
  }
  if (index.tokens) {
    for (const std::uint64_t hash : token_hashes(index.column.kind, text)) {
      remove_equal(*index.tokens, hash, slot);
    }
  }
}

void SearchView::add_equal(HashIndex& index, std::uint64_t hash, Slot slot) {
  SameText& same = index[hash];
  if (same.many) {
    return;
  }
  if (same.slots.size() == rare) {
    same = {.slots = {}, .many = true};
    return;
  }
  same.slots.push_back(slot);
}

void SearchView::remove_equal(HashIndex& index, std::uint64_t hash, Slot slot) {
  const auto entry = index.find(hash);
  HUBSIM_ASSERT(entry != index.end());
  SameText& same = entry->second;
  if (same.many) {
    return;  // stays so: the ordered index answers
  }
  const auto place = std::find(same.slots.begin(), same.slots.end(), slot);
  HUBSIM_ASSERT(place != same.slots.end());
  *place = same.slots.back();
  same.slots.pop_back();
  if (same.slots.empty()) {
    index.erase(entry);
  }
}

SearchView::ColumnIndex* SearchView::column_index(const Slots& slots, const Column& column) {
  const auto known = indexes_.find(column.property);
  if (known != indexes_.end()) {
    return &known->second;
  }
  if (slots.size() < index_from_ || indexes_.size() >= most_indexes) {
    return nullptr;
  }
  return &indexes_.emplace(column.property, ColumnIndex{column, {}, {}}).first->second;
}

SortedIndex::TextOf SearchView::text_of(const Slots& slots, const Column& column) const {
  if (!is_textual(column.kind)) {
    return [](Slot) { return std::string_view(); };
  }
  return [this, &slots, property = column.property](Slot slot) -> std::string_view {
    const RecordPtr& record = version(slots, slot);
    const std::string* value = record ? record->value(property) : nullptr;
    return value != nullptr ? std::string_view(*value) : std::string_view();
  };
}

const SortedIndex* SearchView::sorted(const Slots& slots, const Column& column) {
  ColumnIndex* index = column_index(slots, column);
  if (index == nullptr) {
    return nullptr;
  }
  if (!index->sorted) {
    std::vector<SortedIndex::Entry> entries;
    entries.reserve(slots.size());
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (const auto key = key_of(column, version(slots, static_cast<Slot>(slot)))) {
        entries.push_back({*key, static_cast<Slot>(slot)});
      }
    }
    index->sorted.emplace(column.folds()).build(std::move(entries));
  }
  return &*index->sorted;
}

std::optional<std::vector<Slot>> SearchView::equal(const Slots& slots, const Column& column,
                                                   std::string_view text) {
  ColumnIndex* index = is_textual(column.kind) ? column_index(slots, column) : nullptr;
  if (index == nullptr) {
    return std::nullopt;
  }
  if (!index->equal) {
    index->equal.emplace().reserve(visible_);
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (const auto key = key_of(column, version(slots, static_cast<Slot>(slot)))) {
        add_equal(*index->equal, hash_ignoring_case(key->text), static_cast<Slot>(slot));
      }
    }
  }
  return rare_slots(*index->equal, text);
}

std::optional<std::vector<Slot>> SearchView::with_token(const Slots& slots, const Column& column,
                                                        std::string_view token) {
  ColumnIndex* index = is_textual(column.kind) ? column_index(slots, column) : nullptr;
  if (index == nullptr) {
    return std::nullopt;
  }
  if (!index->tokens) {
    index->tokens.emplace().reserve(visible_);
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      const auto key = key_of(column, version(slots, static_cast<Slot>(slot)));
      for (const auto hash : key ? token_hashes(column.kind, key->text) : Hashes()) {
        add_equal(*index->tokens, hash, static_cast<Slot>(slot));
      }
    }
  }
  return rare_slots(*index->tokens, token);
}

std::optional<std::vector<Slot>> SearchView::rare_slots(const HashIndex& index,
                                                        std::string_view text) {
  const auto entry = index.find(hash_ignoring_case(text));
  if (entry == index.end()) {
    return std::vector<Slot>();
  }
  const SameText& same = entry->second;
  return same.many ? std::nullopt
                   : std::optional(std::vector<Slot>(same.slots.begin(), same.slots.end()));
}

}  // namespace hubsim::portal
