// How records end and come back: archive, restore, merge, GDPR delete (behaviour reference 4.6,
// 4.9). Their associations go and come with them, and each step is in the log.
#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/archived_edges.h"
#include "mock_server/portal/merge_values.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

constexpr std::chrono::days restorable_for{90};  // D/T 4.6
constexpr std::size_t most_identities = 250;     // D 3.6, 4.9

std::shared_ptr<Record> ended(const Record& before, Gone why, Instant now) {
  auto record = std::make_shared<Record>(before);
  record->archived = true;
  record->gone = why;
  record->archived_at = now;
  record->updated_at = std::max(now, before.updated_at);
  return record;
}

/// "1;2", without what is there already.
void append_ids(std::string& list, std::string_view more) {
  for (const std::string_view id : split(more, ';')) {
    if (!id.empty()) {
      list.append(list.empty() ? "" : ";").append(id);
    }
  }
}

std::size_t count_ids(std::string_view list) { return list.empty() ? 0 : split(list, ';').size(); }

}  // namespace

void Portal::publish_edge(ChangeKind kind, Endpoint from, const AssociationChange& change,
                          const WriteContext& context) {
  ChangeLog::Entry entry{.at = context.now,
                         .kind = kind,
                         .source = intern(context.source),
                         .record = find(from.type, from.id),
                         .request_number = context.request_number};
  entry.association = std::make_shared<AssociationChange>(change);
  publish(std::move(entry), context.quiet);
}

std::vector<Associations::Edge> Portal::detach_all(Endpoint record, const WriteContext& context) {
  auto edges = associations_.take_record(record);
  for (const auto& edge : edges) {
    publish_edge(ChangeKind::dissociated, record,
                 {.to_type = edge.other.type, .to_id = edge.other.id, .by_removal = true}, context);
    publish_edge(ChangeKind::dissociated, edge.other,
                 {.to_type = record.type, .to_id = record.id, .by_removal = true}, context);
  }
  return edges;
}

void Portal::attach_all(Endpoint record, const std::vector<Associations::Edge>& edges,
                        const WriteContext& context) {
  for (const auto& edge : edges) {
    const RecordPtr other = find(edge.other.type, edge.other.id);
    if (!other || other->archived || edge.other == record) {
      continue;
    }
    associations_.put(record, edge);
    for (const int type_id : edge.types) {
      publish_edge(ChangeKind::associated, record,
                   {.to_type = edge.other.type,
                    .to_id = edge.other.id,
                    .type_id = type_id,
                    .by_removal = true},
                   context);
    }
    for (const int type_id : edge.inverse_types) {
      publish_edge(
          ChangeKind::associated, edge.other,
          {.to_type = record.type, .to_id = record.id, .type_id = type_id, .by_removal = true},
          context);
    }
  }
}

bool Portal::archive(TypeIndex type_index, ObjectId id, const WriteContext& context) {
  const RecordPtr before = find(type_index, id);
  if (!before || before->archived) {
    return false;
  }
  part<ArchivedEdges>().keep({type_index, id}, detach_all({type_index, id}, context));
  const auto record = ended(*before, Gone::no, context.now);
  stores_[type_index].replace(record, seen_at(*record, false, context));
  publish({.at = context.now,
           .kind = ChangeKind::archived,
           .source = intern(context.source),
           .record = record,
           .request_number = context.request_number},
          context.quiet);
  return true;
}

Result<RecordPtr, WriteError> Portal::restore(TypeIndex type_index, ObjectId id,
                                              const WriteContext& context) {
  const RecordPtr before = find(type_index, id);
  const bool there = before && before->archived && before->gone == Gone::no;
  if (!there || context.now - before->archived_at > restorable_for) {
    return Failure{WriteError(NotFound{})};
  }
  if (auto taken = conflict(*types_[type_index], before->values, id)) {
    return Failure{std::move(*taken)};
  }
  auto record = std::make_shared<Record>(*before);
  record->archived = false;
  record->updated_at = std::max(context.now, before->updated_at);
  stores_[type_index].replace(record, seen_at(*record, false, context));
  publish({.at = context.now,
           .kind = ChangeKind::restored,
           .source = intern(context.source),
           .record = record,
           .request_number = context.request_number},
          context.quiet);
  const auto edges = part<ArchivedEdges>().take({type_index, id});
  if (options().is(hubspot::Option::crm_restore_associations, "restored")) {
    attach_all({type_index, id}, edges, context);
  }
  return RecordPtr(record);
}

bool Portal::erase(TypeIndex type_index, ObjectId id, const WriteContext& context) {
  const RecordPtr before = resolve(type_index, id);
  if (!before || before->gone != Gone::no) {
    return false;
  }
  const ObjectType& type = *types_[type_index];
  for (const std::string_view name : {"email", "hs_additional_emails"}) {
    const auto index = type.property_index(name);
    const std::string* value = index ? before->value(*index) : nullptr;
    const std::string_view addresses = value != nullptr ? *value : std::string_view();
    for (const std::string_view address : split(addresses, ';')) {
      block_email(address);
    }
  }
  detach_all({type_index, before->id}, context);
  part<ArchivedEdges>().take({type_index, before->id});
  auto record = ended(*before, Gone::erased, context.now);
  record->values.clear();
  histories_[type_index].erase(before->id);
  stores_[type_index].replace(record);
  publish({.at = context.now,
           .kind = ChangeKind::privacy_deleted,
           .source = intern(context.source),
           .record = record,
           .request_number = context.request_number},
          context.quiet);
  return true;
}

void Portal::block_email(std::string_view address) {
  std::string email(trim(address));
  std::transform(email.begin(), email.end(), email.begin(), to_lower_ascii);
  if (!email.empty()) {
    blocked_emails_.insert(std::move(email));
  }
}

RecordPtr Portal::resolve(TypeIndex type, ObjectId id) const {
  RecordPtr record = find(type, id);
  while (record && record->gone == Gone::merged) {
    const auto outcome = merged_into_.find({type, record->id});
    record = outcome == merged_into_.end() ? nullptr : find(type, outcome->second);
  }
  return record;
}

Result<RecordPtr, MergeRefusal> Portal::merge(TypeIndex type_index, ObjectId primary_id,
                                              ObjectId other_id, const WriteContext& context) {
  const RecordPtr primary = resolve(type_index, primary_id);
  const RecordPtr other = resolve(type_index, other_id);
  if (!primary || primary->archived || !other || other->archived) {
    return Failure{!primary || primary->archived ? MergeRefusal::no_primary
                                                 : MergeRefusal::no_other};
  }
  if (primary->id == other->id) {
    return Failure{MergeRefusal::itself};
  }
  const ObjectType& type = *types_[type_index];
  const bool fresh = options().is(hubspot::Option::crm_merge_id, "new");
  auto record = std::make_shared<Record>(*primary);
  MergeChange merge{.primary_id = primary->id, .merged_ids = {other->id}};
  merge.properties_moved = merge_record_values(type, *record, *primary, *other);
  std::string ids;
  const auto merged_index = type.property_index("hs_merged_object_ids");
  for (const RecordPtr& each : {primary, other}) {
    const std::string* before = merged_index ? each->value(*merged_index) : nullptr;
    append_ids(ids, before != nullptr ? *before : "");
    if (fresh || each == other) {
      append_ids(ids, std::to_string(each->id));
    }
  }
  if (count_ids(ids) > most_identities) {
    return Failure{MergeRefusal::too_many};
  }
  note_merged(type, *record, ids, context.now);
  record->id = fresh ? stores_[type_index].next_id() : primary->id;
  record->created_at = std::min(primary->created_at, other->created_at);
  record->updated_at = std::max(context.now, primary->updated_at);
  merge.new_id = record->id;
  commit_merge({primary, other, record}, std::move(merge), context);
  return RecordPtr(record);
}

void Portal::commit_merge(const Merging& merging, MergeChange merge, const WriteContext& context) {
  const auto& [primary, other, record] = merging;
  const TypeIndex type = record->type;
  const bool fresh = record->id != primary->id;
  WriteContext by_merge = context;
  by_merge.source.change_source = "MERGE_OBJECTS";
  const auto own = fresh ? detach_all({type, primary->id}, by_merge)
                         : associations_.edges_of({type, primary->id});
  const auto more = without_second_primary(facts(), own, detach_all({type, other->id}, by_merge),
                                           {type, primary->id});
  RecordStore& store = stores_[type];
  store.replace(ended(*other, Gone::merged, context.now));
  merged_into_[{type, other->id}] = record->id;
  auto changed = changed_values(*primary, *record);
  const std::uint16_t source = intern(by_merge.source);
  if (fresh) {
    store.replace(ended(*primary, Gone::merged, context.now));
    merged_into_[{type, primary->id}] = record->id;
    histories_[type].inherit(*primary, *record);
    store.insert(record, seen_at(*record, true, context));
  } else {
    store.replace(record, seen_at(*record, false, context));
  }
  histories_[type].add(*primary, *record, changed, source);
  publish({.at = context.now,
           .kind = ChangeKind::merged,
           .source = source,
           .record = record,
           .changed = fresh ? std::vector<PropertyIndex>() : std::move(changed),
           .request_number = context.request_number,
           .merge = std::make_shared<MergeChange>(std::move(merge))},
          context.quiet);
  if (fresh) {
    attach_all({type, record->id}, own, by_merge);
  }
  attach_all({type, record->id}, more, by_merge);
}

}  // namespace hubsim::portal
