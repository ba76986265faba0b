// HubDB import: a CSV file into a table's draft, by a `config` beside it (behaviour reference 7,
// CMS; members and defaults of the config D). Rows are found by id or primary key, else added.
#include <algorithm>
#include <map>
#include <set>

#include "common/base/text.h"
#include "mock_server/operations/hubdb/hubdb_values.h"
#include "mock_server/operations/hubdb/row_input.h"
#include "mock_server/operations/hubdb/table_input.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/operations/support/multipart.h"
#include "mock_server/operations/transfers/csv.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t most_errors = 100;  // ours: the first are told
constexpr std::size_t first_source = 1;   // columns of the file count from 1 (I)

constexpr Field config_fields[] = {{"skipRows", Field::Kind::whole},
                                   {"separator"},
                                   {"idSourceColumn", Field::Kind::whole},
                                   {"nameSourceColumn", Field::Kind::whole},
                                   {"pathSourceColumn", Field::Kind::whole},
                                   {"childTableSourceColumn", Field::Kind::whole},
                                   {"primaryKeyColumn"},
                                   {"resetTable", Field::Kind::boolean},
                                   {"encoding"},
                                   {"format"},
                                   {"columnMappings", Field::Kind::list}};

struct Mapping {
  std::size_t source = 0;  ///< from 0
  const HubdbColumn* target = nullptr;
};

struct Plan {
  std::size_t skip = 1;
  char separator = ',';
  bool reset = false;
  bool latin = false;  ///< the file is ISO 8859-1
  std::optional<std::size_t> id;
  std::optional<std::size_t> name;
  std::optional<std::size_t> path;
  std::optional<std::size_t> child;
  const HubdbColumn* key = nullptr;
  std::vector<Mapping> mappings;
};

std::optional<std::size_t> source_of(const Json& config, std::string_view member) {
  const auto number = parse_uint(given_text(config, member));
  return number && *number >= first_source ? std::optional<std::size_t>(*number - first_source)
                                           : std::nullopt;
}

/// The separator is one character; files are UTF-8, ASCII or Latin-1 here.
std::optional<ApiError> read_format(const Json& config, Plan& plan) {
  const std::string separator = given_text(config, "separator");
  plan.separator = separator.empty() ? ',' : separator == "\\t" ? '\t' : separator.front();
  const std::string format = to_lower(given_text(config, "format"));
  if (!format.empty() && format != "csv") {
    return choices::validation("Import format must be csv");  // D, text U
  }
  const std::string encoding = to_lower(given_text(config, "encoding"));
  plan.latin = encoding == "iso-8859-1" || encoding == "latin1" || encoding == "windows-1252";
  if (!plan.latin && !encoding.empty() && encoding != "utf-8" && encoding != "utf8" &&
      encoding != "ascii" && encoding != "us-ascii") {
    return choices::validation("Encoding " + encoding +
                               " is not read by hubsim: utf-8, ascii, iso-8859-1");
  }
  return std::nullopt;
}

std::optional<std::size_t> place_in(const std::vector<std::string>& header,
                                    const std::string& name) {
  const auto found = std::find_if(header.begin(), header.end(), [&](const std::string& each) {
    return equals_ignoring_case(trim(each), name);
  });
  return found == header.end() ? std::nullopt : std::optional<std::size_t>(found - header.begin());
}

/// Sources by number or by the name in the header; targets by id or name.
std::optional<ApiError> read_mappings(const Json& config, const std::vector<std::string>& header,
                                      const HubdbVersion& draft, Plan& plan) {
  const Json* list = json::find(config, "columnMappings");
  for (const Json& each : list == nullptr ? Json::array() : *list) {
    const std::string target = given_text(each, "target");
    const std::string source = given_text(each, "source");
    const HubdbColumn* column = draft.column(target);
    if (column == nullptr) {
      return choices::validation("Column mapping: the table has no column " + target);  // U
    }
    auto place = source_of(each, "source");
    place = place ? place : place_in(header, source);
    if (!place) {
      return choices::validation("Column mapping: the file has no column " + source);  // U
    }
    plan.mappings.push_back({*place, column});
  }
  if (list == nullptr) {  // I: by the names in the header
    for (const HubdbColumn& column : draft.columns) {
      auto place = place_in(header, column.name);
      place = place ? place : place_in(header, column.label);
      if (place) {
        plan.mappings.push_back({*place, &column});
      }
    }
  }
  return std::nullopt;
}

Read<Plan> read_plan(const Json& config, const std::vector<std::string>& header,
                     const HubdbVersion& draft) {
  Plan plan;
  if (const auto error = read_format(config, plan)) {
    return Failure{*error};
  }
  const std::string skip = given_text(config, "skipRows");
  plan.skip = skip.empty() ? 1 : parse_uint(skip).value_or(0);
  plan.reset = given_text(config, "resetTable") == "true";
  plan.id = source_of(config, "idSourceColumn");
  plan.name = source_of(config, "nameSourceColumn");
  plan.path = source_of(config, "pathSourceColumn");
  plan.child = source_of(config, "childTableSourceColumn");
  const std::string key = given_text(config, "primaryKeyColumn");
  plan.key = key.empty() ? nullptr : draft.column(key);
  if (!key.empty() && plan.key == nullptr) {
    return Failure{choices::validation("primaryKeyColumn: the table has no column " + key)};  // U
  }
  if (const auto error = read_mappings(config, header, draft, plan)) {
    return Failure{*error};
  }
  return plan;
}

std::string from_latin(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0U | (byte >> 6U));
      out += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return out;
}

/// One import under way.
class Import {
 public:
  Import(Context& context, HubdbTable& table, const Plan& plan)
      : context_(context), table_(table), plan_(plan) {
    for (const auto& [id, row] : table.draft.rows) {
      if (plan.key != nullptr && row->values.contains(plan.key->id)) {
        by_key_.emplace(row->values.at(plan.key->id), id);
      }
    }
  }

  void run(std::string_view text) {
    CsvReader reader(text, plan_.separator);
    std::vector<std::string> fields;
    for (std::size_t number = 1;; ++number) {
      const CsvReader::Row kind = reader.next(fields);
      if (kind == CsvReader::Row::end || limit_exceeded_) {
        break;
      }
      if (number <= plan_.skip) {
        continue;
      }
      if (kind == CsvReader::Row::broken) {
        tell(number, "cannot be read");
      } else {
        take(number, fields);
      }
    }
    if (plan_.reset) {
      drop_the_others();
    }
  }

  [[nodiscard]] std::string result() const {
    return json::dump({{"duplicateRows", duplicates_},
                       {"errors", errors_},
                       {"rowLimitExceeded", limit_exceeded_},
                       {"rowsImported", imported_}});
  }

 private:
  void tell(std::size_t number, const std::string& what) {
    if (errors_.size() < most_errors) {
      errors_.push_back({{"category", "VALIDATION_ERROR"},
                         {"correlationId", std::string(context_.correlation_id)},
                         {"message", "Row " + std::to_string(number) + " " + what},
                         {"context", {{"row", {std::to_string(number)}}}}});
    }
  }

  [[nodiscard]] static std::string field(const std::vector<std::string>& fields,
                                         std::optional<std::size_t> place) {
    return place && *place < fields.size() ? fields[*place] : std::string();
  }

  /// The row this one means: by its id, by its key, or a new one.
  [[nodiscard]] HubdbRow row_for(const std::vector<std::string>& fields) const {
    const auto id = parse_uint(trim(field(fields, plan_.id)));
    HubdbRowPtr known = id ? table_.draft.row(*id) : nullptr;
    if (known == nullptr && plan_.key != nullptr) {
      const auto found = by_key_.find(key_of(fields));
      known = found == by_key_.end() ? nullptr : table_.draft.row(found->second);
    }
    return known == nullptr ? HubdbRow{.created = context_.now} : *known;
  }

  [[nodiscard]] std::string key_of(const std::vector<std::string>& fields) const {
    for (const Mapping& mapping : plan_.mappings) {
      if (mapping.target == plan_.key) {
        const auto value = read_cell(*plan_.key, field(fields, mapping.source), as_numbers_);
        return value ? *value : "";
      }
    }
    return "";
  }

  bool fill(std::size_t number, const std::vector<std::string>& fields, HubdbRow& row) {
    for (const Mapping& mapping : plan_.mappings) {
      const auto value = read_cell(*mapping.target, field(fields, mapping.source), as_numbers_);
      if (!value) {
        tell(number, "column '" + mapping.target->name + "' " + value.error());
        return false;
      }
      if (value->empty()) {
        row.values.erase(mapping.target->id);
      } else {
        row.values[mapping.target->id] = *value;
      }
    }
    row.name = plan_.name ? field(fields, plan_.name) : row.name;
    row.path = plan_.path ? field(fields, plan_.path) : row.path;
    row.child_table =
        plan_.child ? parse_uint(trim(field(fields, plan_.child))).value_or(0) : row.child_table;
    row.updated = context_.now;
    return true;
  }

  void take(std::size_t number, const std::vector<std::string>& fields) {
    HubdbRow row = row_for(fields);
    if (!fill(number, fields, row)) {
      return;
    }
    const std::string key = plan_.key == nullptr ? "" : key_of(fields);
    if ((row.id != 0 && touched_.contains(row.id)) || (!key.empty() && !keys_.insert(key).second)) {
      ++duplicates_;
      return;
    }
    auto& book = context_.portal.part<HubdbBook>();
    const std::size_t stays = plan_.reset ? touched_.size() : table_.draft.rows.size();
    if (row.id == 0 && stays + 1 > hubdb_limits(context_.portal).rows) {
      limit_exceeded_ = true;
      return;
    }
    row.id = row.id == 0 ? book.next_row() : row.id;
    const std::uint64_t id = row.id;
    if (!book.put(table_, std::move(row), context_.now)) {
      tell(number, "does not fit: the storage limit of this account is reached");
      return;
    }
    touched_.insert(id);
    ++imported_;
  }

  /// A reset leaves the rows of the file (I).
  void drop_the_others() {
    std::vector<std::uint64_t> others;
    for (const auto& [id, row] : table_.draft.rows) {
      if (!touched_.contains(id)) {
        others.push_back(id);
      }
    }
    for (const std::uint64_t id : others) {
      context_.portal.part<HubdbBook>().erase(table_, id, context_.now);
    }
  }

  Context& context_;
  HubdbTable& table_;
  const Plan& plan_;
  bool as_numbers_ = booleans_as_numbers(context_.portal);
  std::map<std::string, std::uint64_t> by_key_;
  std::set<std::string> keys_;
  std::set<std::uint64_t> touched_;
  Json errors_ = Json::array();
  std::size_t duplicates_ = 0;
  std::size_t imported_ = 0;
  bool limit_exceeded_ = false;
};

Read<Json> read_config(const std::vector<FormPart>& parts) {
  const FormPart* part = find_part(parts, "config");
  const std::string_view text = part == nullptr || trim(part->data).empty() ? "{}" : part->data;
  const auto parsed = json::parse(text);
  if (!parsed) {
    return Failure{
        hubspot::invalid_json(parsed.error().line, parsed.error().column, parsed.error().message)};
  }
  return read_fields(text, *parsed, config_fields);
}

std::vector<std::string> header_of(std::string_view text, const Json& config) {
  const std::string separator = given_text(config, "separator");
  std::vector<std::string> header;
  CsvReader reader(text, separator.empty() ? ',' : separator == "\\t" ? '\t' : separator.front());
  return given_text(config, "skipRows") != "0" && reader.next(header) == CsvReader::Row::whole
             ? header
             : std::vector<std::string>();
}

Reply run_import(Context& context) {
  const auto table = draft_table(context);
  if (!table) {
    return fail(context, table.error());
  }
  const auto parts =
      parse_multipart(context.request.header("content-type").value_or(""), context.request.body);
  const FormPart* file = parts ? find_part(*parts, "file") : nullptr;
  if (file == nullptr) {
    return fail(context, choices::validation(parts ? "No file was uploaded" : parts.error()));  // U
  }
  const auto config = read_config(*parts);
  if (!config) {
    return fail(context, config.error());
  }
  const auto plan = read_plan(*config, header_of(file->data, *config), (*table)->draft);
  if (!plan) {
    return fail(context, plan.error());
  }
  Import import(context, **table, *plan);
  import.run(plan->latin ? from_latin(file->data) : std::string(file->data));
  return answer(import.result());
}

}  // namespace

void register_hubdb_table_import(OperationRegistry& registry);
void register_hubdb_table_import(OperationRegistry& registry) {
  registry.add({"cms.hubdb.tables.draft.import", run_import, path_key});
}

}  // namespace hubsim::operations
