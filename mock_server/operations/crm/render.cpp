#include "mock_server/operations/crm/render.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/rendered_records.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/association_types.h"

namespace hubsim::operations {

namespace {

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool follows_from_version(portal::Derived derived) {
  return derived == portal::Derived::no || derived == portal::Derived::created_at ||
         derived == portal::Derived::updated_at || derived == portal::Derived::object_id;
}

/// A text that is made once and stands several times; on the stack, because every record has three.
class SmallText {
 public:
  void set(Instant instant) {
    static thread_local std::string scratch;
    scratch.assign(1, '"');
    append_iso8601(scratch, instant);
    scratch += '"';
    size_ = std::min(scratch.size(), sizeof bytes_);
    std::copy_n(scratch.data(), size_, bytes_);
  }
  void set(std::uint64_t number) {
    const auto end = std::to_chars(bytes_, bytes_ + sizeof bytes_, number).ptr;
    size_ = static_cast<std::size_t>(end - bytes_);
  }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_, size_}; }

 private:
  std::size_t size_ = 0;
  char bytes_[40];
};

/// The texts that stand several times in a record, made once.
struct Texts {
  explicit Texts(const portal::Record& record) {
    created.set(record.created_at);
    if (record.updated_at == record.created_at) {
      updated = created;
    } else {
      updated.set(record.updated_at);
    }
    id.set(record.id);
  }
  static void append_quoted(std::string& out, Instant instant) {
    out += '"';
    append_iso8601(out, instant);
    out += '"';
  }
  SmallText created;
  SmallText updated;
  SmallText id;
};

void append_value(std::string& out, const portal::Portal& portal, const portal::Record& record,
                  const Texts& texts, const View::Item& item) {
  switch (item.derived) {
    case portal::Derived::created_at:
      out += texts.created.view();
      return;
    case portal::Derived::updated_at:
      out += texts.updated.view();
      return;
    case portal::Derived::object_id:
      out.append("\"").append(texts.id.view()).append("\"");
      return;
    case portal::Derived::no:
      if (const std::string* value = record.value(item.index)) {
        return json::append_string(out, *value);
      }
      out += "null";
      return;
    default:
      portal.append_json_value(out, record, item.index);
  }
}

/// A calculated value that is left out where there is none: worked out once, for both questions.
std::optional<std::string> worked_out(const portal::Portal& portal, const portal::Record& record,
                                      const View::Item& item) {
  return item.only_with_value && !follows_from_version(item.derived)
             ? portal.value_of(record, item.index)
             : std::nullopt;
}

bool is_left_out(const portal::Record& record, const View::Item& item,
                 const std::optional<std::string>& calculated) {
  if (!item.only_with_value || calculated) {
    return false;
  }
  return !follows_from_version(item.derived) ||
         (item.derived == portal::Derived::no && record.value(item.index) == nullptr);
}

void append_properties(std::string& out, const portal::Portal& portal, const portal::Record& record,
                       const View& view, const Texts& texts) {
  out += '{';
  const std::size_t begin = out.size();
  for (const View::Item& item : view.items()) {
    const auto calculated = worked_out(portal, record, item);
    if (is_left_out(record, item, calculated)) {
      continue;
    }
    if (out.size() != begin) {
      out += ',';
    }
    out += view.key_of(item);
    if (calculated) {
      json::append_string(out, *calculated);
    } else {
      append_value(out, portal, record, texts, item);
    }
  }
  out += '}';
}

void append_url(std::string& out, const portal::Portal& portal, const portal::Record& record,
                const Texts& texts) {
  out += R"(,"url":"https://app.hubspot.com/contacts/)";
  append_number(out, portal.config().portal_id);
  out += "/record/";
  out += portal.type(record.type).fact().type_id;
  out.append("/").append(texts.id.view()).append("\"");
}

/// `{"value":…,"timestamp":…,"sourceType":…,"sourceId":…,"updatedByUserId":…}` (4.6, R).
void append_past_value(std::string& out, const portal::Portal::PastValue& past) {
  constexpr std::string_view user_prefix = "userId:";
  out += R"({"value":)";
  json::append_string(out, past.value);
  out += R"(,"timestamp":)";
  Texts::append_quoted(out, past.at);
  out += R"(,"sourceType":)";
  json::append_string(out, past.source.change_source);
  const std::string& id = past.source.source_id;
  if (!id.empty()) {
    out += R"(,"sourceId":)";
    json::append_string(out, id);
  }
  if (id.starts_with(user_prefix)) {
    if (const auto user = parse_uint(std::string_view(id).substr(user_prefix.size()))) {
      out += R"(,"updatedByUserId":)";
      append_number(out, *user);
    }
  }
  out += '}';
}

void append_history(std::string& out, const portal::Portal& portal, const portal::Record& record,
                    std::span<const portal::PropertyIndex> properties) {
  out += R"(,"propertiesWithHistory":{)";
  for (const portal::PropertyIndex index : properties) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += portal.type(record.type).property(index).fact.name;
    out += "\":[";
    for (const auto& past : portal.history_of(record, index)) {
      out += out.back() == '[' ? "" : ",";
      append_past_value(out, past);
    }
    out += ']';
  }
  out += '}';
}

const hubspot::AssociationTypeFact* association_fact(const portal::Portal& portal, int type_id) {
  return portal.part<portal::AssociationTypes>().find(type_id);
}

}  // namespace

bool url_in_writes(const Context& context) {
  return context.portal.options().on(hubspot::Option::crm_url_in_write_answers);
}

std::vector<portal::PropertyIndex> history_view(const portal::ObjectType& type,
                                                const std::vector<std::string>& names) {
  std::vector<portal::PropertyIndex> indexes;
  for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
    const auto index = type.property_index(name);
    if (index && !type.property(*index).archived) {
      indexes.push_back(*index);
    }
  }
  return indexes;
}

View View::requested(const portal::ObjectType& type, const std::vector<std::string>& names) {
  View view;
  if (names.empty()) {
    for (const portal::PropertyIndex index : type.default_view()) {
      view.items_.push_back({index});
    }
    view.render_keys(type);
    return view;
  }
  view.add_system(type);
  for (const std::string& name : names) {
    view.add_named(type, name);
  }
  view.sort(type);
  return view;
}

View View::created(const portal::ObjectType& type, const portal::PropertyWrites& writes) {
  View view;
  for (const auto& [name, value] : writes) {
    view.add_named(type, name);
  }
  view.add_system(type);
  for (const portal::PropertyIndex index : type.create_answer()) {
    view.add(index, true);
  }
  view.sort(type);
  return view;
}

View View::updated(const portal::ObjectType& type, const portal::PropertyWrites& writes) {
  View view;
  for (const auto& [name, value] : writes) {
    view.add_named(type, name);
  }
  view.add_system(type);
  for (const portal::PropertyIndex index : type.update_answer()) {
    view.add(index, true);
  }
  view.sort(type);
  return view;
}

void View::add(portal::PropertyIndex index, bool only_with_value) {
  const bool known = std::any_of(items_.begin(), items_.end(),
                                 [&](const Item& item) { return item.index == index; });
  if (!known) {
    items_.push_back({index, only_with_value});
  }
}

void View::add_named(const portal::ObjectType& type, std::string_view name) {
  const auto index = type.property_index(name);
  if (index && !type.property(*index).archived) {
    add(*index);
  }
}

void View::add_system(const portal::ObjectType& type) {
  add(type.created_index());
  add(type.modified_index());
  add_named(type, "hs_object_id");
}

void View::sort(const portal::ObjectType& type) {
  std::sort(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
    return type.property(a.index).fact.name < type.property(b.index).fact.name;
  });
  render_keys(type);
}

/// Property names are plain lower-case ASCII, so they need no escaping.
void View::render_keys(const portal::ObjectType& type) {
  for (Item& item : items_) {
    const portal::Property& property = type.property(item.index);
    item.derived = property.derived;
    item.key_begin = static_cast<std::uint32_t>(keys_.size());
    keys_.append("\"").append(property.fact.name).append("\":");
    item.key_size = static_cast<std::uint32_t>(keys_.size()) - item.key_begin;
  }
  signature_ = signature_of(type);
}

std::uint64_t View::signature_of(const portal::ObjectType& type) const {
  std::uint64_t hash = std::hash<std::string_view>()(keys_);
  const auto mix = [&](std::uint64_t part) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29U;
  };
  mix(type.index());
  for (const Item& item : items_) {
    if (!follows_from_version(item.derived)) {
      return 0;
    }
    mix(item.only_with_value ? 1 : 0);
  }
  return hash == 0 ? 1 : hash;
}

void append_record(std::string& out, const portal::Portal& portal, const portal::Record& record,
                   const View& view, const RecordExtras& extras) {
  const Texts texts(record);
  out.append(R"({"id":")").append(texts.id.view()).append(R"(","properties":)");
  append_properties(out, portal, record, view, texts);
  if (!extras.history.empty()) {
    append_history(out, portal, record, extras.history);
  }
  out.append(R"(,"createdAt":)").append(texts.created.view());
  out.append(R"(,"updatedAt":)").append(texts.updated.view());
  out += record.archived ? R"(,"archived":true)" : R"(,"archived":false)";
  if (record.archived) {
    out += R"(,"archivedAt":)";
    Texts::append_quoted(out, record.archived_at);
  }
  if (extras.is_new) {
    out += *extras.is_new ? R"(,"new":true)" : R"(,"new":false)";
  }
  if (!extras.associations.empty()) {
    out += R"(,"associations":)";
    out += extras.associations;
  }
  if (!extras.trace_id.empty()) {
    out += R"(,"objectWriteTraceId":)";
    json::append_string(out, extras.trace_id);
  }
  if (extras.url) {
    append_url(out, portal, record, texts);
  }
  out += '}';
}

void append_read_record(std::string& out, const portal::Portal& portal,
                        const portal::Record& record, const View& view,
                        const RecordExtras& extras) {
  const bool plain = extras.url && extras.associations.empty() && extras.trace_id.empty() &&
                     !extras.is_new && extras.history.empty();
  if (!plain || view.signature() == 0) {
    return append_record(out, portal, record, view, extras);
  }
  auto& rendered = portal.part<RenderedRecords>();
  if (const auto text = rendered.find(record, view.signature()); !text.empty()) {
    out += text;
    return;
  }
  const std::size_t begin = out.size();
  append_record(out, portal, record, view, extras);
  rendered.keep(record, view.signature(), std::string_view(out).substr(begin));
}

std::string render_associations(portal::Portal& portal, const portal::Record& record,
                                const std::vector<std::string>& type_names) {
  std::string out;
  for (const std::string& name : type_names) {
    const portal::ObjectType* to = portal.find_type(name);
    if (to == nullptr) {
      continue;
    }
    const auto items = portal.associations().list({record.type, record.id}, to->index(), 0,
                                                  choices::association_page);
    if (items.empty()) {
      continue;
    }
    out += out.empty() ? "{\"" : ",\"";
    out += to->fact().plural;
    out += R"(":{"results":[)";
    for (const auto& item : items) {
      for (const int type_id : item.type_ids) {
        out += out.back() == '[' ? R"({"id":")" : R"(,{"id":")";
        append_number(out, item.to_id);
        const auto* fact = association_fact(portal, type_id);
        out += R"(","type":")" + (fact != nullptr ? fact->name : std::string()) + "\"}";
      }
    }
    out += "]}";
  }
  return out.empty() ? out : out + "}";
}

}  // namespace hubsim::operations
