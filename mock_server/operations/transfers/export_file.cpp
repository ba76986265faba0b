// The file of an export: one row a record, in the columns people see in HubSpot's own exports:
// Record ID, the properties asked for, and for each associated type the ids (D 7).
#include <algorithm>

#include "mock_server/operations/transfers/csv.h"
#include "mock_server/operations/transfers/export_book.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::operations {

namespace {

/// "contact" -> "Contact", "line_item" -> "Line item".
std::string title_of(const portal::ObjectType& type) {
  std::string title = type.fact().singular;
  std::replace(title.begin(), title.end(), '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  return title;
}

/// Labels of the options instead of their values, unless internal values are asked for.
std::string shown(const hubspot::PropertyFact& property, const std::string& value) {
  std::string out;
  std::string_view rest = value;
  while (true) {
    const auto end = std::min(rest.find(';'), rest.size());
    const std::string_view part = rest.substr(0, end);
    const auto option = std::find_if(property.options.begin(), property.options.end(),
                                     [&](const auto& each) { return each.value == part; });
    out += option != property.options.end() ? option->label : std::string(part);
    if (end == rest.size()) {
      return out;
    }
    out += ';';
    rest.remove_prefix(end + 1);
  }
}

/// What a record is called: the first of its type's searchable properties that has a value.
std::string name_of(const portal::Portal& portal, const portal::Record& record) {
  const portal::ObjectType& type = portal.type(record.type);
  for (const std::string& name : type.fact().searchable_properties) {
    const auto index = type.property_index(name);
    const auto value = index ? portal.value_of(record, *index) : std::nullopt;
    if (value && !value->empty()) {
      return *value;
    }
  }
  return std::to_string(record.id);
}

class Writer {
 public:
  Writer(portal::Portal& portal, const ExportRequest& request)
      : portal_(portal), request_(request), type_(portal.type(request.object_type)) {}

  std::string header() {
    std::vector<std::string> row{request_.internal_names ? "hs_object_id" : "Record ID"};
    for (const std::string& name : request_.properties) {
      const auto index = type_.property_index(name);
      const bool label = index && !request_.internal_names;
      row.push_back(label ? type_.property(*index).fact.label : name);
    }
    for (const portal::TypeIndex type : request_.associated) {
      row.push_back("Associated " + title_of(portal_.type(type)) + " IDs");
      if (request_.associated_names) {
        row.push_back("Associated " + title_of(portal_.type(type)));
      }
    }
    std::string out;
    append_csv_row(out, row);
    return out;
  }

  void append(std::string& out, const portal::Record& record) {
    row_.assign(1, std::to_string(record.id));
    for (const std::string& name : request_.properties) {
      const auto index = type_.property_index(name);
      const auto value = index ? portal_.value_of(record, *index) : std::nullopt;
      const bool labels = value && !request_.internal_values;
      row_.push_back(labels ? shown(type_.property(*index).fact, *value) : value.value_or(""));
    }
    for (const portal::TypeIndex type : request_.associated) {
      append_associated(record, type);
    }
    append_csv_row(out, row_);
  }

 private:
  void append_associated(const portal::Record& record, portal::TypeIndex type) {
    const std::size_t limit = request_.all_associations ? SIZE_MAX : max_associations_a_row;
    std::string ids;
    std::string names;
    for (const auto& item : portal_.associations().list({record.type, record.id}, type, 0, limit)) {
      ids += (ids.empty() ? "" : ";") + std::to_string(item.to_id);
      const auto other = portal_.find(type, item.to_id);
      names += (names.empty() ? "" : ";") + (other ? name_of(portal_, *other) : std::string());
    }
    row_.push_back(std::move(ids));
    if (request_.associated_names) {
      row_.push_back(std::move(names));
    }
  }

  portal::Portal& portal_;
  const ExportRequest& request_;
  const portal::ObjectType& type_;
  std::vector<std::string> row_;
};

}  // namespace

std::string write_export(portal::Portal& portal, const ExportRequest& request, Instant now,
                         std::size_t& records) {
  Writer writer(portal, request);
  std::string out = writer.header();
  records = 0;
  if (request.finds_nothing) {
    return out;
  }
  if (request.type == "LIST") {
    const auto& list = *portal.part<portal::Lists>().find(request.list);
    for (const auto& [id, member] : list.members) {
      if (const auto record = portal.find(request.object_type, id)) {
        writer.append(out, *record);
        ++records;
      }
    }
    return out;
  }
  portal::SearchQuery query = request.query;
  query.offset = 0;
  query.limit = SIZE_MAX;
  query.now = now;
  const auto page = portal.search(request.object_type, query);
  for (const auto& record : page.records) {
    writer.append(out, *record);
  }
  records = page.records.size();
  return out;
}

}  // namespace hubsim::operations
