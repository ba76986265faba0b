#include "mock_server/portal/lists/lists.h"

#include <algorithm>
#include <set>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"

namespace hubsim::portal {

using hubspot::Option;

namespace {

/// Ids of a portal that has lists already (recorded ids: 562 to 591).
constexpr ListId first_list = 581;
constexpr std::size_t most_history = 10'000;

std::uint64_t number_of(std::string_view id) { return parse_uint(id).value_or(0); }

Duration processing_time(const Portal& portal, TypeIndex type) {
  using namespace std::chrono_literals;
  const std::string_view chosen = portal.options().value(Option::lists_processing);
  if (chosen == "instant") {
    return Duration(0);
  }
  // Seconds to minutes, hours for large ones (7, D/I).
  const auto by_size = std::chrono::milliseconds(portal.store(type).live_count() / 5);
  return chosen == "slow" ? Duration(10min) + 10 * by_size : Duration(2s) + by_size;
}

Duration update_delay(const Portal& portal) {
  using namespace std::chrono_literals;
  const std::string_view chosen = portal.options().value(Option::lists_update_delay);
  return chosen == "instant" ? Duration(0) : chosen == "slow" ? Duration(5min) : Duration(2s);
}

WriteContext by_itself(Instant now) {
  return {.now = now, .source = {.change_source = "AUTOMATION_PLATFORM", .source_id = "lists"}};
}

}  // namespace

const char* processing_type_name(ProcessingType type) noexcept {
  return type == ProcessingType::manual    ? "MANUAL"
         : type == ProcessingType::dynamic ? "DYNAMIC"
                                           : "SNAPSHOT";
}

std::optional<ProcessingType> processing_type_of(std::string_view name) {
  for (const auto type :
       {ProcessingType::manual, ProcessingType::dynamic, ProcessingType::snapshot}) {
    if (name == processing_type_name(type)) {
      return type;
    }
  }
  return std::nullopt;
}

Lists::Lists(const Portal&) : next_id_(first_list) {}

List& Lists::create(Portal& portal, List list, const WriteContext& context) {
  list.id = next_id_++;
  list.legacy_id = next_legacy_id_++;
  list.created_at = list.updated_at = list.filters_updated_at = context.now;
  List& made = lists_.emplace(list.id, std::move(list)).first->second;
  portal.observe(&Lists::on_commit);
  if (made.processing != ProcessingType::manual) {
    start_evaluation(portal, made, context.now);
  }
  return made;
}

List* Lists::find_also_deleted(ListId id) {
  const auto found = lists_.find(id);
  return found == lists_.end() ? nullptr : &found->second;
}

List* Lists::find(ListId id) {
  List* list = find_also_deleted(id);
  return list != nullptr && !list->deleted_at ? list : nullptr;
}

List* Lists::find_by_name(TypeIndex type, std::string_view name) {
  const auto found = std::find_if(lists_.begin(), lists_.end(), [&](const auto& entry) {
    const List& list = entry.second;
    return !list.deleted_at && list.type == type && equals_ignoring_case(list.name, name);
  });
  return found == lists_.end() ? nullptr : &found->second;
}

List* Lists::find_by_legacy_id(std::uint64_t id) {
  const auto found = std::find_if(lists_.begin(), lists_.end(), [&](const auto& entry) {
    return entry.second.legacy_id == id && !entry.second.deleted_at;
  });
  return found == lists_.end() ? nullptr : &found->second;
}

bool Lists::leads_back(ListId id, const FilterBranch& filter) const {
  std::set<ListId> seen;
  std::vector<ListId> open(filter.lists.begin(), filter.lists.end());
  while (!open.empty()) {
    const ListId next = open.back();
    open.pop_back();
    if (next == id) {
      return true;
    }
    const auto list = lists_.find(next);
    if (list != lists_.end() && seen.insert(next).second && list->second.filter) {
      open.insert(open.end(), list->second.filter->lists.begin(), list->second.filter->lists.end());
    }
  }
  return false;
}

void Lists::set_filter(Portal& portal, List& list, std::shared_ptr<const FilterBranch> filter,
                       const WriteContext& context) {
  list.filter = std::move(filter);
  list.filters_updated_at = list.updated_at = context.now;
  ++list.version;
  list.edits.push_back(context.now);
  start_evaluation(portal, list, context.now);
}

void Lists::start_evaluation(Portal& portal, List& list, Instant now) {
  list.evaluation = ++last_number_;
  portal.schedule(now + processing_time(portal, list.type), &Lists::run_evaluation,
                  list.evaluation);
}

void Lists::run_evaluation(Portal& portal, Instant now, std::uint64_t number) {
  Lists& self = portal.part<Lists>();
  for (auto& [id, list] : self.lists_) {
    if (list.evaluation == number) {
      list.evaluation = 0;
      self.evaluate(portal, list, now);
      if (list.filter && list.filter->moves_with_time &&
          list.processing == ProcessingType::dynamic) {
        portal.schedule(now + std::chrono::hours(1), &Lists::run_aging, list.id);
      }
      return;
    }
  }
}

/// What moves with time has nobody who changes it: looked at every hour (I).
void Lists::run_aging(Portal& portal, Instant now, std::uint64_t id) {
  Lists& self = portal.part<Lists>();
  List* list = self.find(id);
  if (list == nullptr || list->processing != ProcessingType::dynamic || !list->filter ||
      !list->filter->moves_with_time || list->evaluation != 0) {
    return;
  }
  self.evaluate(portal, *list, now);
  portal.schedule(now + std::chrono::hours(1), &Lists::run_aging, id);
}

void Lists::evaluate(Portal& portal, List& list, Instant now) {
  const Judgement judgement{.portal = portal, .lists = *this, .now = now};
  const WriteContext context = by_itself(now);
  // The changes it publishes add no records: the slots stay as they are.
  for (const RecordPtr& record : portal.store(list.type).slots()) {
    const bool on = record && !record->archived && judgement.matches(list.filter->root, *record);
    if (on) {
      join(portal, list, record->id, context);
    } else if (record) {
      leave(portal, list, record->id, context);
    }
  }
  note_size(list, now);
}

bool Lists::join(Portal& portal, List& list, ObjectId id, const WriteContext& context) {
  const auto [member, fresh] = list.members.try_emplace(id, Member{context.now, last_join_ + 1});
  if (!fresh) {
    return false;
  }
  list.by_join.emplace(++last_join_, id);
  list.first_added.try_emplace(id, context.now);
  list.last_added = context.now;
  portal.publish_membership({list.type, id}, list.id, true, context);
  return true;
}

bool Lists::leave(Portal& portal, List& list, ObjectId id, const WriteContext& context) {
  const auto member = list.members.find(id);
  if (member == list.members.end()) {
    return false;
  }
  list.by_join.erase(member->second.join);
  list.members.erase(member);
  list.last_removed = context.now;
  portal.publish_membership({list.type, id}, list.id, false, context);
  return true;
}

void Lists::note_size(List& list, Instant now) {
  if (list.sizes.empty() || list.sizes.back().second != list.members.size()) {
    list.sizes.emplace_back(now, list.members.size());
  }
  if (list.sizes.size() > most_history) {
    list.sizes.pop_front();
  }
}

MembershipUpdate Lists::change(Portal& portal, List& list, const std::vector<std::string>& add,
                               const std::vector<std::string>& remove,
                               const WriteContext& context) {
  MembershipUpdate update;
  const auto is_there = [&](const std::string& text) {
    const RecordPtr record = portal.find(list.type, number_of(text));
    if (!record || record->archived) {
      update.missing.push_back(text);
      return false;
    }
    return true;
  };
  for (const std::string& id : add) {
    if (is_there(id) && join(portal, list, number_of(id), context)) {
      update.added.push_back(number_of(id));
    }
  }
  for (const std::string& id : remove) {
    if (is_there(id) && leave(portal, list, number_of(id), context)) {
      update.removed.push_back(number_of(id));
    }
  }
  std::sort(update.added.begin(), update.added.end());
  std::sort(update.removed.begin(), update.removed.end());
  note_size(list, context.now);
  return update;
}

void Lists::clear(Portal& portal, List& list, const WriteContext& context) {
  std::vector<ObjectId> ids;
  for (const auto& [id, member] : list.members) {
    ids.push_back(id);
  }
  for (const ObjectId id : ids) {
    leave(portal, list, id, context);
  }
  note_size(list, context.now);
}

bool Lists::member(ListId list_id, TypeIndex type, ObjectId id) const {
  const auto list = lists_.find(list_id);
  return list != lists_.end() && !list->second.deleted_at && list->second.type == type &&
         list->second.members.contains(id);
}

// ---- following the records

void Lists::on_commit(Portal& portal, const Portal::Commit& commit) {
  portal.part<Lists>().follow(portal, commit);
}

void Lists::follow(Portal& portal, const Portal::Commit& commit) {
  const Record& record = *commit.record;
  if (record.archived) {
    leave_all(portal, record, commit.at);
    return;
  }
  if (commit.kind == ChangeKind::merged) {
    follow_merge(portal, record, commit.at);
  }
  const bool of_list =
      commit.kind == ChangeKind::list_added || commit.kind == ChangeKind::list_removed;
  for (const auto& [id, list] : lists_) {
    if (list.deleted_at || list.processing != ProcessingType::dynamic || !list.filter ||
        (of_list && !list.filter->lists.contains(commit.list_id))) {
      continue;
    }
    if (list.type == record.type) {
      touch(portal, {record.type, record.id}, commit.at);
    }
    if (list.filter->other_types.contains(record.type)) {
      touch_associated(portal, record, list.type, commit.at);
    }
  }
}

void Lists::leave_all(Portal& portal, const Record& record, Instant now) {
  for (auto& [id, list] : lists_) {
    if (list.type == record.type && leave(portal, list, record.id, by_itself(now))) {
      note_size(list, now);
    }
  }
}

/// Members that the merge has ended leave; where they were put by hand the outcome joins (I).
void Lists::follow_merge(Portal& portal, const Record& outcome, Instant now) {
  const RecordStore& store = portal.store(outcome.type);
  for (auto& [id, list] : lists_) {
    if (list.type != outcome.type) {
      continue;
    }
    std::vector<ObjectId> ended;
    for (const auto& [member, joined] : list.members) {
      const RecordPtr record = store.find(member);
      if (!record || record->archived) {
        ended.push_back(member);
      }
    }
    for (const ObjectId member : ended) {
      leave(portal, list, member, by_itself(now));
    }
    if (!ended.empty() && list.processing != ProcessingType::dynamic) {
      join(portal, list, outcome.id, by_itself(now));
    }
    note_size(list, now);
  }
}

void Lists::touch_associated(Portal& portal, const Record& record, TypeIndex type, Instant now) {
  const auto items = portal.associations().list({record.type, record.id}, type, 0, SIZE_MAX);
  for (const auto& item : items) {
    touch(portal, {type, item.to_id}, now);
  }
}

void Lists::touch(Portal& portal, Endpoint record, Instant now) {
  if (!touched_.empty() && touched_.back().second == record && touched_.back().first >= now) {
    return;
  }
  const Instant due = now + update_delay(portal);
  touched_.emplace_back(due, record);
  if (!run_scheduled_) {
    run_scheduled_ = true;
    portal.schedule(due, &Lists::run_touched);
  }
}

void Lists::run_touched(Portal& portal, Instant now, std::uint64_t /*subject*/) {
  Lists& self = portal.part<Lists>();
  std::set<Endpoint> due;
  while (!self.touched_.empty() && self.touched_.front().first <= now) {
    due.insert(self.touched_.front().second);
    self.touched_.pop_front();
  }
  for (const Endpoint record : due) {
    self.judge(portal, record, now);
  }
  // What judging touched has scheduled no run of its own.
  self.run_scheduled_ = !self.touched_.empty();
  if (self.run_scheduled_) {
    portal.schedule(self.touched_.front().first, &Lists::run_touched);
  }
}

void Lists::judge(Portal& portal, Endpoint endpoint, Instant now) {
  const RecordPtr record = portal.find(endpoint.type, endpoint.id);
  if (!record || record->archived) {
    return;
  }
  const Judgement judgement{.portal = portal, .lists = *this, .now = now};
  const WriteContext context = by_itself(now);
  for (auto& [id, list] : lists_) {
    if (list.deleted_at || list.type != endpoint.type || list.evaluation != 0 ||
        list.processing != ProcessingType::dynamic) {
      continue;
    }
    const bool changed = judgement.matches(list.filter->root, *record)
                             ? join(portal, list, record->id, context)
                             : leave(portal, list, record->id, context);
    if (changed) {
      note_size(list, now);
    }
  }
}

// ---- conversions

void Lists::schedule_conversion(Portal& portal, List& list, ListConversion conversion) {
  conversion.number = ++last_number_;
  portal.schedule(conversion.due, &Lists::run_conversion, conversion.number);
  list.conversion = std::move(conversion);
}

void Lists::run_conversion(Portal& portal, Instant now, std::uint64_t number) {
  Lists& self = portal.part<Lists>();
  for (auto& [id, list] : self.lists_) {
    if (!list.conversion || list.conversion->number != number) {
      continue;
    }
    const Instant moved = std::max(list.last_added.value_or(list.created_at),
                                   list.last_removed.value_or(list.created_at));
    const Duration quiet = list.conversion->quiet_for;
    if (quiet > Duration(0) && moved + quiet > now) {
      portal.schedule(moved + quiet, &Lists::run_conversion, number);
      return;
    }
    list.converted_at = list.updated_at = now;
    list.processing = ProcessingType::manual;
    list.conversion->number = 0;
    return;
  }
}

ListFolder& Lists::create_folder(std::string name, std::uint64_t parent, Instant now,
                                 std::uint64_t user) {
  const std::uint64_t id = next_folder_++;
  return folders_
      .emplace(id, ListFolder{.id = id,
                              .parent = parent,
                              .name = std::move(name),
                              .created_at = now,
                              .updated_at = now,
                              .user_id = user})
      .first->second;
}

}  // namespace hubsim::portal
