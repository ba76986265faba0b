#include "mock_server/portal/portal.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/assert.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "common/time/format.h"
#include "hubspot/rules/derived_values.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/rules/property_values.h"
#include "mock_server/portal/association_lag.h"
#include "mock_server/portal/association_types.h"
#include "mock_server/portal/closing_dates.h"
#include "mock_server/portal/index_lag.h"
#include "mock_server/portal/merge_values.h"
#include "mock_server/portal/system_values.h"
#include "mock_server/portal/value_checks.h"

namespace hubsim::portal {

namespace {

/// The known owners of a fresh portal (shape: behaviour reference 7, owners).
std::vector<Owner> default_owners(Instant now) {
  return {{.id = 31871817,
           .user_id = 2506672,
           .email = "ada.owner@example.com",
           .first_name = "Ada",
           .last_name = "Owner",
           .created_at = now,
           .updated_at = now},
          {.id = 31871818,
           .user_id = 2506673,
           .email = "ben.owner@example.com",
           .first_name = "Ben",
           .last_name = "Owner",
           .created_at = now,
           .updated_at = now},
          {.id = 31871819,
           .user_id = 2506674,
           .email = "cleo.former@example.com",
           .first_name = "Cleo",
           .last_name = "Former",
           .created_at = now,
           .updated_at = now,
           .archived = true},
          {.id = 31871820,
           .user_id = 2506675,
           .email = "support.queue@example.com",
           .first_name = "",
           .last_name = "Support queue",
           .created_at = now,
           .updated_at = now}};
}

/// Puts `writes` over `values`; both are in index order afterwards. Says which really changed.
std::vector<PropertyIndex> merge_values(std::vector<std::pair<PropertyIndex, std::string>>& values,
                                        std::vector<std::pair<PropertyIndex, std::string>> writes) {
  std::vector<PropertyIndex> changed;
  for (auto& [index, text] : writes) {
    const auto place = std::lower_bound(
        values.begin(), values.end(), index,
        [](const auto& value, PropertyIndex wanted) { return value.first < wanted; });
    const bool known = place != values.end() && place->first == index;
    if (known ? place->second == text : text.empty()) {
      continue;
    }
    changed.push_back(index);
    if (known) {
      place->second = std::move(text);
    } else {
      values.emplace(place, index, std::move(text));
    }
  }
  return changed;
}

/// Multi-checkbox writes that add to what is stored become the whole set.
void append_to_stored(const ObjectType& type, const Record& stored,
                      std::vector<std::pair<PropertyIndex, std::string>>& writes) {
  for (auto& [index, text] : writes) {
    if (text.starts_with(';')) {
      const std::string* before = stored.value(index);
      text = hubspot::append_options(type.property(index).fact, before != nullptr ? *before : "",
                                     std::move(text));
    }
  }
}

/// Values that HubSpot copies from another property at birth: a company's website is its domain.
void copy_defaults(const ObjectType& type, Record& record) {
  for (const PropertyIndex index : type.defaulted()) {
    const std::string& from = type.property(index).fact.default_from;
    if (from.empty() || record.value(index) != nullptr) {
      continue;
    }
    const std::string* value = record.value(type.property_index(from).value());
    if (value != nullptr) {
      merge_values(record.values, {{index, *value}});
    }
  }
}

AssociationChange side_of(const Portal& portal, Endpoint to, int type_id) {
  const auto* fact = portal.part<AssociationTypes>().find(type_id);
  return {.to_type = to.type,
          .to_id = to.id,
          .type_id = type_id,
          .primary = fact != nullptr && fact->label.starts_with("Primary"),
          .to_label = {}};
}

}  // namespace

Portal::Portal(PortalConfig config, std::shared_ptr<const hubspot::Facts> facts, Instant now)
    : config_(std::move(config)),
      facts_(std::move(facts)),
      sources_{Source{}},
      owners_(default_owners(now)),
      log_(config_.history_capacity),
      now_(now) {
  for (const auto& fact : facts_->object_types) {
    add_type(fact, now);
  }
}

std::unique_ptr<Portal> Portal::copy(std::uint64_t portal_id) const {
  std::unique_ptr<Portal> made(new Portal(*this));
  made->config_.portal_id = portal_id;
  made->subscribers_.clear();
  made->notify_scheduled_ = nullptr;
  return made;
}

void Portal::schedule(Instant due, Agenda::Run run, std::uint64_t subject) {
  agenda_.add(due, {run, subject});
  if (notify_scheduled_) {
    notify_scheduled_(due);
  }
}

std::size_t Portal::run_due(Instant now) {
  std::size_t ran = 0;
  while (const auto due = agenda_.take_due(now)) {
    now_ = std::max(now_, due->first);
    due->second.run(*this, due->first, due->second.subject);
    ++ran;
  }
  now_ = std::max(now_, now);
  return ran;
}

Result<Portal::Values, WriteError> Portal::prepare(const ObjectType& type,
                                                   const PropertyWrites& writes,
                                                   const Record* before) const {
  Values values;
  InvalidProperties invalid;
  for (const auto& [name, raw] : writes) {
    const auto index = type.property_index(name);
    if (!index || type.property(*index).archived) {
      invalid.errors.push_back({name, "PROPERTY_DOESNT_EXIST",
                                fmt::format("Property \"{}\" does not exist", name), raw});
      continue;
    }
    auto value = read_value(*this, type, *index, raw);
    if (!value.ok()) {
      invalid.errors.push_back({name, value.error().code, value.error().message, raw});
      continue;
    }
    values.emplace_back(*index, std::move(*value));
  }
  if (!invalid.errors.empty()) {
    return Failure{WriteError(std::move(invalid))};
  }
  std::sort(values.begin(), values.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  if (auto problem = settle_stage(*this, type, before, values)) {
    invalid.errors.push_back({type.property(problem->property).fact.name,
                              std::move(problem->error.code), std::move(problem->error.message)});
    return Failure{WriteError(std::move(invalid))};
  }
  return values;
}

std::optional<WriteError> Portal::conflict(const ObjectType& type, const Values& values,
                                           std::optional<ObjectId> self) const {
  const RecordStore& store = stores_[type.index()];
  if (!blocked_emails_.empty()) {
    if (auto blocked = blocked_email(type, values)) {
      return blocked;
    }
  }
  for (const auto& [index, value] : values) {
    const auto owner = store.unique_space_of(index);
    if (value.empty() || !owner) {
      continue;
    }
    for (const std::string_view each :
         *owner == index ? std::vector<std::string_view>{value} : split(value, ';')) {
      const RecordPtr holder = each.empty() ? nullptr : store.find_unique(*owner, each);
      if (holder && holder->id != self) {
        return Conflict{type.property(*owner).fact.name, std::string(each), holder->id};
      }
    }
  }
  return std::nullopt;
}

/// After a GDPR delete the address may not be used again (4.9, D; text and code U).
std::optional<WriteError> Portal::blocked_email(const ObjectType& type,
                                                const Values& values) const {
  const auto email = type.property_index("email");
  if (!options().on(hubspot::Option::crm_gdpr_blocklist)) {
    return std::nullopt;
  }
  for (const auto& [index, value] : values) {
    if (index == email && blocked_emails_.contains(value)) {
      return InvalidProperties{
          {{"email", "BLOCKED_EMAIL", fmt::format("Email address {} is blocked", value)}}};
    }
  }
  return std::nullopt;
}

std::optional<WriteError> Portal::check(TypeIndex type_index, std::optional<ObjectId> id,
                                        const PropertyWrites& writes) const {
  const ObjectType& type = *types_[type_index];
  const RecordPtr record = id ? find(type_index, *id) : nullptr;
  if (id && (!record || record->archived)) {
    return NotFound{};
  }
  const auto values = prepare(type, writes, record.get());
  if (!values.ok()) {
    return values.error();
  }
  return conflict(type, *values, id);
}

std::string Portal::natural_key(const ObjectType& type, const Record& record) const {
  for (const std::string_view name : {"email", "domain", "name", "dealname", "subject"}) {
    const auto index = type.property_index(name);
    const std::string* value = index ? record.value(*index) : nullptr;
    if (value != nullptr && !value->empty()) {
      return *value;
    }
  }
  return fmt::format("{}/{}", type.fact().plural, record.id);
}

Result<RecordPtr, WriteError> Portal::create(TypeIndex type_index, const PropertyWrites& writes,
                                             const WriteContext& context) {
  const ObjectType& type = *types_[type_index];
  auto values = prepare(type, writes, nullptr);
  if (!values.ok()) {
    return Failure{std::move(values).error()};
  }
  if (auto taken = conflict(type, *values, std::nullopt)) {
    return Failure{std::move(*taken)};
  }
  add_closing_date(*this, type, nullptr, context.now, *values);
  RecordStore& store = stores_[type_index];
  auto record = std::make_shared<Record>();
  record->id = store.next_id();
  record->type = type_index;
  record->source = intern(context.source);
  record->created_at = context.now;
  record->updated_at = context.now;
  for (const PropertyIndex index : type.defaulted()) {
    const std::string& fallback = type.property(index).fact.default_value;
    if (!fallback.empty()) {
      merge_values(record->values, {{index, fallback}});
    }
  }
  append_to_stored(type, *record, *values);
  merge_values(record->values, std::move(*values));
  copy_defaults(type, *record);
  record->values.shrink_to_fit();
  record->lineage = context.lineage.empty() ? natural_key(type, *record) : context.lineage;
  store.insert(record, seen_at(*record, true, context));
  publish({.at = context.now,
           .kind = ChangeKind::created,
           .source = record->source,
           .record = record,
           .request_number = context.request_number},
          context.quiet);
  return RecordPtr(record);
}

Result<RecordPtr, WriteError> Portal::update(TypeIndex type_index, ObjectId id,
                                             const PropertyWrites& writes,
                                             const WriteContext& context) {
  const ObjectType& type = *types_[type_index];
  const RecordPtr before = find(type_index, id);
  if (!before || before->archived) {
    return Failure{WriteError(NotFound{})};
  }
  auto values = prepare(type, writes, before.get());
  if (!values.ok()) {
    return Failure{std::move(values).error()};
  }
  if (auto taken = conflict(type, *values, id)) {
    return Failure{std::move(*taken)};
  }
  // The rule is the API's: people may move it back (4.5, D).
  if (context.request_number != 0 && options().on(hubspot::Option::crm_lifecycle_forward)) {
    drop_backward_stage(type, *before, *values);
  }
  add_closing_date(*this, type, before.get(), context.now, *values);
  auto record = std::make_shared<Record>(*before);
  append_to_stored(type, *before, *values);
  auto changed = merge_values(record->values, std::move(*values));
  // Writing what is there already commits nothing. Whether HubSpot moves updatedAt then is unknown
  // (behaviour reference 4.7); docs/adr/0003 records the choice.
  if (changed.empty()) {
    return before;
  }
  record->updated_at = std::max(context.now, before->updated_at);
  stores_[type_index].replace(record, seen_at(*record, false, context));
  const std::uint16_t source = intern(context.source);
  histories_[type_index].add(*before, *record, changed, source);
  publish({.at = context.now,
           .kind = ChangeKind::updated,
           .source = source,
           .record = record,
           .changed = std::move(changed),
           .request_number = context.request_number},
          context.quiet);
  return RecordPtr(record);
}

void Portal::associate(const AssociationEdge& edge, const WriteContext& context) {
  hold_association(*this, edge.from, edge.to, context);
  if (!associations_.add(edge)) {
    return;
  }
  const auto side = [&](Endpoint to, int type_id) { return side_of(*this, to, type_id); };
  publish_edge(ChangeKind::associated, edge.from, side(edge.to, edge.type_id), context);
  publish_edge(ChangeKind::associated, edge.to, side(edge.from, edge.inverse_type_id), context);
}

bool Portal::unlabel(const AssociationEdge& edge, const WriteContext& context) {
  hold_association(*this, edge.from, edge.to, context);
  if (!associations_.remove(edge)) {
    return false;
  }
  publish_edge(ChangeKind::dissociated, edge.from, side_of(*this, edge.to, edge.type_id), context);
  publish_edge(ChangeKind::dissociated, edge.to, side_of(*this, edge.from, edge.inverse_type_id),
               context);
  return true;
}

bool Portal::dissociate(Endpoint from, Endpoint to, const WriteContext& context) {
  hold_association(*this, from, to, context);
  if (!associations_.remove_all(from, to)) {
    return false;
  }
  publish_edge(ChangeKind::dissociated, from, {.to_type = to.type, .to_id = to.id}, context);
  publish_edge(ChangeKind::dissociated, to, {.to_type = from.type, .to_id = from.id}, context);
  return true;
}

bool Portal::define_property(TypeIndex type, Property property) {
  const bool unique = property.fact.has_unique_value;
  const std::string name = property.fact.name;
  if (!edit_type(type).add_property(std::move(property))) {
    return false;
  }
  if (unique) {
    stores_[type].make_unique(types_[type]->property_index(name).value());
  }
  return true;
}

void Portal::redefine_property(TypeIndex type, PropertyIndex index, Property property) {
  edit_type(type).redefine_property(index, std::move(property));
}

void Portal::touch(TypeIndex type_index, ObjectId id, const WriteContext& context) {
  const RecordPtr before = find(type_index, id);
  if (!before || before->archived) {
    return;
  }
  auto record = std::make_shared<Record>(*before);
  record->updated_at = std::max(context.now, before->updated_at);
  stores_[type_index].replace(record, seen_at(*record, false, context));
  publish({.at = context.now,
           .kind = ChangeKind::updated,
           .source = intern(context.source),
           .record = record,
           .request_number = context.request_number},
          context.quiet);
}

RecordPtr Portal::find(TypeIndex type, ObjectId id) const { return stores_[type].find(id); }

RecordPtr Portal::find_by_unique(TypeIndex type, PropertyIndex property,
                                 std::string_view value) const {
  return stores_[type].find_unique(property, trim(value));
}

std::optional<Instant> Portal::seen_at(const Record& record, bool is_new,
                                       const WriteContext& context) const {
  // Seed data is there from the start.
  return context.quiet
             ? std::nullopt
             : part<IndexLag>().seen_at(options().value(hubspot::Option::search_index_lag), record,
                                        is_new, context.now);
}

SearchPage Portal::search(TypeIndex type, const SearchQuery& query) {
  return run_search(*this, *types_[type], stores_[type], query);
}

std::optional<std::string> Portal::value_of(const Record& record, PropertyIndex index) const {
  const Property& property = types_[record.type]->property(index);
  switch (property.derived) {
    case Derived::no: {
      const std::string* value = record.value(index);
      return value != nullptr ? std::optional(*value) : std::nullopt;
    }
    case Derived::object_id:
      return std::to_string(record.id);
    case Derived::created_at:
      return format_iso8601(record.created_at);
    case Derived::updated_at:
      return format_iso8601(record.updated_at);
    case Derived::email_domain: {
      const auto email = types_[record.type]->property_index("email");
      const std::string* value = email ? record.value(*email) : nullptr;
      const auto at = value != nullptr ? value->rfind('@') : std::string::npos;
      return at != std::string::npos ? std::optional(value->substr(at + 1)) : std::nullopt;
    }
    case Derived::source:
    case Derived::source_label:
      return source_of(record).change_source;
    case Derived::source_id:
      return source_of(record).source_id;
    case Derived::constant:
      return property.constant;
    case Derived::formula:
      return property.formula->evaluate([&](std::string_view name) {
        const auto other = types_[record.type]->property_index(name);
        return other ? value_of(record, *other) : std::nullopt;
      });
    case Derived::computed:
      if (is_system_kind(property.fact.derived)) {
        return system_value(*this, histories_[record.type], record, property.fact.derived);
      }
      return hubspot::derive(property.fact.derived, [&](std::string_view name) {
        const auto other = types_[record.type]->property_index(name);
        return other ? value_of(record, *other) : std::nullopt;
      });
  }
  return std::nullopt;
}

void Portal::append_json_value(std::string& out, const Record& record, PropertyIndex index) const {
  const Property& property = types_[record.type]->property(index);
  if (property.derived == Derived::no) {
    const std::string* value = record.value(index);
    if (value == nullptr) {
      out += "null";
    } else {
      json::append_string(out, *value);
    }
    return;
  }
  if (property.derived == Derived::created_at || property.derived == Derived::updated_at) {
    out += '"';
    append_iso8601(out,
                   property.derived == Derived::created_at ? record.created_at : record.updated_at);
    out += '"';
    return;
  }
  const auto value = value_of(record, index);
  if (value) {
    json::append_string(out, *value);
  } else {
    out += "null";
  }
}

std::vector<Portal::PastValue> Portal::history_of(const Record& record, PropertyIndex index) const {
  std::vector<PastValue> past;
  if (types_[record.type]->property(index).derived != Derived::no) {
    if (auto value = value_of(record, index)) {
      past.push_back({std::move(*value), record.updated_at, source_of(record)});
    }
    return past;
  }
  for (auto& entry : histories_[record.type].of(record, index)) {
    past.push_back({std::move(entry.value), entry.at, sources_[entry.source]});
  }
  return past;
}

std::uint16_t Portal::intern(const Source& source) {
  for (std::size_t i = sources_.size(); i-- > 0;) {
    const Source& known = sources_[i];
    if (known.change_source == source.change_source && known.source_id == source.source_id &&
        known.app_id == source.app_id) {
      return static_cast<std::uint16_t>(i);
    }
  }
  // Far more writers than any plan has; beyond it the first (generic) source stands for the rest.
  if (sources_.size() == UINT16_MAX) {
    return 0;
  }
  sources_.push_back(source);
  return static_cast<std::uint16_t>(sources_.size() - 1);
}

void Portal::publish(ChangeLog::Entry entry, bool quiet) {
  Commit commit{entry.kind, observers_.empty() ? nullptr : entry.record, entry.at, entry.list_id};
  const std::uint64_t sequence = log_.append(std::move(entry));
  commit.sequence = sequence;
  commit.quiet = quiet;
  if (!quiet && !subscribers_.empty()) {
    const Change change = expand(sequence);
    for (const Subscriber& subscriber : subscribers_) {
      subscriber(change);
    }
  }
  for (const Observer observer : observers_) {
    observer(*this, commit);
  }
}

void Portal::observe(Observer observer) {
  if (std::find(observers_.begin(), observers_.end(), observer) == observers_.end()) {
    observers_.push_back(observer);
  }
}

void Portal::publish_membership(Endpoint endpoint, std::uint64_t list_id, bool added,
                                const WriteContext& context) {
  publish({.at = context.now,
           .kind = added ? ChangeKind::list_added : ChangeKind::list_removed,
           .source = intern(context.source),
           .record = stores_[endpoint.type].find(endpoint.id),
           .request_number = context.request_number,
           .list_id = list_id},
          context.quiet);
}

Change Portal::expand(std::uint64_t sequence) const {
  const ChangeLog::Entry& entry = log_.at(sequence);
  const Record& record = *entry.record;
  Change change{.sequence = sequence,
                .at = entry.at,
                .kind = entry.kind,
                .type = record.type,
                .type_label = types_[record.type]->label(),
                .object_id = record.id,
                .lineage = record.lineage,
                .source = sources_[entry.source],
                .request_number = entry.request_number};
  const ObjectType& type = *types_[record.type];
  const bool born =
      entry.kind == ChangeKind::created ||
      (entry.kind == ChangeKind::merged && entry.merge->new_id != entry.merge->primary_id);
  if (born) {
    for (const auto& [index, value] : record.values) {
      change.properties.emplace_back(type.property(index).fact.name, value);
    }
  }
  for (const PropertyIndex index : entry.changed) {
    const std::string* value = record.value(index);
    change.properties.emplace_back(type.property(index).fact.name, value != nullptr ? *value : "");
  }
  if (entry.association) {
    change.association = *entry.association;
    change.association->to_label = types_[entry.association->to_type]->label();
  }
  if (entry.merge) {
    change.merge = *entry.merge;
  }
  change.list_id = entry.list_id;
  return change;
}

std::vector<Change> Portal::changes_after(std::uint64_t after, std::size_t limit) const {
  std::vector<Change> changes;
  std::uint64_t sequence = std::max(after + 1, first_available_sequence());
  for (; sequence <= last_sequence() && changes.size() < limit; ++sequence) {
    changes.push_back(expand(sequence));
  }
  return changes;
}

}  // namespace hubsim::portal
