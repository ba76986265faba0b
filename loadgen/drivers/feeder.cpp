#include "loadgen/drivers/feeder.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace hubsim::loadgen {

namespace {

constexpr std::uintmax_t max_file_bytes = std::uintmax_t{64} << 20;
constexpr std::size_t max_rows = 1'000'000;

/// Reads one row from the front of `text`; false when a quote is never closed.
bool take_row(std::string_view& text, std::vector<std::string>& row, std::size_t& line) {
  std::string cell;
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    line += c == '\n' ? 1U : 0U;
    if (quoted) {
      if (c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
        cell += text[++at];
      } else if (c == '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::move(cell));
      cell.clear();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      cell += c;
    }
  }
  row.push_back(std::move(cell));
  text.remove_prefix(std::min(at + 1, text.size()));
  return !quoted;
}

}  // namespace

Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::size_t line = 1;
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);  // a byte order mark, as spreadsheets write
  }
  while (!text.empty()) {
    const std::size_t began = line;
    std::vector<std::string> row;
    if (!take_row(text, row, line)) {
      return Failure{"line " + std::to_string(began) + ": a quote is never closed"};
    }
    if (row.size() == 1 && row[0].empty()) {
      continue;
    }
    if (!rows.empty() && row.size() != rows.front().size()) {
      return Failure{"line " + std::to_string(began) + ": " + std::to_string(row.size()) +
                     " values under " + std::to_string(rows.front().size()) + " columns"};
    }
    rows.push_back(std::move(row));
  }
  if (rows.size() < 2 || rows.size() > max_rows + 1) {
    return Failure{std::string(rows.size() < 2 ? "no rows under the columns' names"
                                               : "more than 1,000,000 rows")};
  }
  return rows;
}

std::optional<Feeder> Feeder::read(const Json& json, const std::string& pointer,
                                   config::Problems& problems) {
  static const config::Fields table{
      {.name = "file", .help = "a CSV file whose first line names the columns"},
      {.name = "generate",
       .type = config::Type::any,
       .help = "instead of a file: columns, each a text with ${index} or a list of words in turn"},
      {.name = "rows",
       .type = config::Type::integer,
       .help = "with generate: how many",
       .default_value = "1000",
       .min = 1,
       .max = static_cast<double>(max_rows)},
      {.name = "pick",
       .help = "in_order, uniform, zipf(1.1) or hot(5%)",
       .default_value = "in_order"}};
  const std::size_t before = problems.size();
  const config::Settings settings = config::read_settings(table, json, pointer, problems);
  if (problems.size() > before) {
    return std::nullopt;
  }
  Feeder feeder;
  if (settings.has("file") == settings.has("generate")) {
    problems.push_back({pointer, "a feeder has either 'file' or 'generate'"});
  } else if (settings.has("file")) {
    feeder.read_file(settings.text("file"), pointer + "/file", problems);
  } else {
    feeder.rows_ = static_cast<std::size_t>(settings.integer("rows"));
    feeder.read_made(settings.json("generate"), pointer + "/generate", problems);
  }
  if (settings.text("pick") != "in_order") {
    auto pick = PickRule::parse(settings.text("pick"));
    if (pick.ok()) {
      feeder.pick_ = *pick;
    } else {
      problems.push_back({pointer + "/pick", pick.error()});
    }
  }
  return problems.size() > before ? std::nullopt : std::optional(std::move(feeder));
}

void Feeder::read_file(const std::string& path, const std::string& pointer,
                       config::Problems& problems) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  std::ifstream file(path, std::ios::binary);
  if (missing || !file || size > max_file_bytes) {
    problems.push_back({pointer, missing || !file ? "cannot read '" + path + "'"
                                                  : "'" + path + "' is larger than 64 MiB"});
    return;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto rows = parse_csv(text);
  if (!rows) {
    problems.push_back({pointer, path + ": " + rows.error()});
    return;
  }
  columns_ = std::move(rows->front());
  rows->erase(rows->begin());
  table_ = std::move(*rows);
  rows_ = table_.size();
}

void Feeder::read_made(const Json& made, const std::string& pointer, config::Problems& problems) {
  if (!made.is_object() || made.empty()) {
    problems.push_back({pointer,
                        "'generate' is a map of columns, such as { email: "
                        "'user-${index}@example.org', plan: [free, pro] }"});
    return;
  }
  for (const auto& [name, value] : made.items()) {
    columns_.push_back(name);
    Made column;
    if (value.is_array() && !value.empty()) {
      for (const Json& word : value) {
        column.words.push_back(json::text_of(word));
      }
    } else if (auto text = TextTemplate::parse(json::text_of(value)); text.ok()) {
      column.text = std::move(*text);
    } else {
      problems.push_back({pointer + "/" + json::pointer_token(name), text.error()});
    }
    made_.push_back(std::move(column));
  }
}

std::vector<std::string> Feeder::names() const {
  std::vector<std::string> all;
  for (const std::string& column : columns_) {
    all.push_back("feed." + column);
  }
  return all;
}

void Feeder::add_row(std::uint64_t index, Prng& prng, NamedValues& values) const {
  const std::size_t row = pick_ ? pick_->place(rows_, prng) : index % rows_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::string& value = values["feed." + columns_[i]];
    if (!table_.empty()) {
      value = table_[row][i];
    } else if (!made_[i].words.empty()) {
      value = made_[i].words[row % made_[i].words.size()];
    } else {
      value = made_[i].text.fill(row, keyed_uuid(0, columns_[i], row));
    }
  }
}

}  // namespace hubsim::loadgen
