// sql: reads records by one SELECT from a SQLite file of the other system. The file is opened
// read-only, and a statement that could write is refused; the statement sees one snapshot.
// Columns are found by name: the key and each property (or the column its 'name=column' names).
#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "scenarios/observe/rows.h"

namespace hubsim::scenarios {

namespace {

constexpr int busy_wait_ms = 2'000;
/// Virtual machine steps between two looks at the clock.
constexpr int steps_between_looks = 10'000;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

int time_is_up(void* read) { return static_cast<Read*>(read)->time_left().count() <= 0 ? 1 : 0; }

class SqlObserver final : public Observer {
 public:
  SqlObserver(std::string id, ObserverSettings common, std::string file, std::string statement,
              const Clock& clock)
      : id_(std::move(id)),
        common_(std::move(common)),
        file_(std::move(file)),
        statement_(std::move(statement)),
        clock_(clock) {}
  Observation observe() override;

 private:
  Result<Database> open() const;
  Result<Statement> prepare(sqlite3* database) const;
  Status<> read_rows(sqlite3* database, Read& read) const;
  Result<std::vector<int>> columns_of(sqlite3_stmt* statement) const;

  std::string id_;
  ObserverSettings common_;
  std::string file_;
  std::string statement_;
  const Clock& clock_;
};

Observation SqlObserver::observe() {
  Read read(id_, common_, clock_);
  const auto database = open();
  if (!database) {
    return read.fail(database.error());
  }
  sqlite3_progress_handler(database->get(), steps_between_looks, time_is_up, &read);
  const auto done = read_rows(database->get(), read);
  return done.ok() ? read.finish() : read.fail(done.error());
}

Result<Database> SqlObserver::open() const {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file_.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) {
    return Failure{fmt::format("cannot open '{}': {}", file_, sqlite3_errstr(code))};
  }
  sqlite3_busy_timeout(raw, busy_wait_ms);
  return database;
}

Result<Statement> SqlObserver::prepare(sqlite3* database) const {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(database, statement_.c_str(), -1, &raw, &rest);
  Statement statement(raw);
  if (code != SQLITE_OK || statement == nullptr) {
    return Failure{fmt::format("statement: {}", sqlite3_errmsg(database))};
  }
  const std::string_view left(rest);
  if (left.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return Failure{std::string("statement: write a single SELECT")};
  }
  if (sqlite3_stmt_readonly(raw) == 0) {
    return Failure{std::string("statement: it would write; write a SELECT")};
  }
  return statement;
}

Status<> SqlObserver::read_rows(sqlite3* database, Read& read) const {
  const auto statement = prepare(database);
  if (!statement) {
    return Failure{statement.error()};
  }
  sqlite3_stmt* const rows = statement->get();
  const auto columns = columns_of(rows);
  if (!columns) {
    return Failure{columns.error()};
  }
  const auto text_at = [&](int column) {
    const auto* text = sqlite3_column_text(rows, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows, column));
    return text == nullptr ? std::string() : std::string(text, text + size);
  };
  int code = SQLITE_DONE;
  while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
    ObservedRecord record{.key = text_at(columns->front()), .properties = {}};
    std::uint64_t bytes = record.key.size();
    for (std::size_t i = 0; i < common_.properties.size(); ++i) {
      record.properties.emplace_back(common_.properties[i], text_at((*columns)[i + 1]));
      bytes += record.properties.back().second.size();
    }
    if (record.key.empty()) {
      return Failure{"a row has no '" + common_.key + "' (the observer's `key`)"};
    }
    const auto cost = read.add_cost(0, bytes);
    const auto added = cost.ok() ? read.add(std::move(record)) : cost;
    if (!added) {
      return added;
    }
  }
  if (code == SQLITE_INTERRUPT) {
    return Failure{std::string("the read took longer than its `timeout`")};
  }
  return code == SQLITE_DONE ? Status<>(Done{})
                             : Status<>(Failure{std::string(sqlite3_errmsg(database))});
}

/// Indices of the key's column and of each property's.
Result<std::vector<int>> SqlObserver::columns_of(sqlite3_stmt* statement) const {
  std::vector<std::string> wanted{common_.key};
  wanted.insert(wanted.end(), common_.paths.begin(), common_.paths.end());
  std::vector<int> columns;
  for (const std::string& name : wanted) {
    int found = -1;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      found = name == sqlite3_column_name(statement, i) ? i : found;
    }
    if (found < 0) {
      return Failure{"the statement gives no column '" + name + "'"};
    }
    columns.push_back(found);
  }
  return columns;
}

Result<std::unique_ptr<Observer>> make(const std::string& id, const config::Settings& settings,
                                       const ObserverContext& context) {
  ObserverSettings common = observer_settings(settings);
  if (auto problem = problem_of(common)) {
    return Failure{std::move(*problem)};
  }
  const std::filesystem::path file =
      std::filesystem::path(context.directory) / settings.text("file");
  return std::unique_ptr<Observer>(std::make_unique<SqlObserver>(
      id, std::move(common), file.string(), settings.text("statement"), context.clock));
}

}  // namespace

void register_observer_sql(ObserverRegistry& registry) {
  registry.add({.name = "sql",
                .help = "one SELECT on a SQLite file, read-only",
                .fields = {{.name = "file", .help = "the SQLite file", .required = true},
                           {.name = "statement",
                            .help = "the SELECT; its columns are named as the key and properties",
                            .required = true}},
                .make = make});
}

}  // namespace hubsim::scenarios
