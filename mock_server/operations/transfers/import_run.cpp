// The steps of an import on the agenda: a file's header, then its rows a slice at a time, then the
// associations that waited, then DONE. How many rows a second is the option imports.speed.
#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/transfers/import_row.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t typical_slice = 1'000;
constexpr std::size_t slow_slice = 50;
constexpr std::size_t instant_slice = 20'000;
constexpr std::size_t npos = static_cast<std::size_t>(-1);

struct Pace {
  std::size_t slice;
  Duration wait;
};

Pace pace_of(const hubspot::Options& options) {
  if (options.is(hubspot::Option::imports_speed, "instant")) {
    return {instant_slice, 0s};
  }
  return {options.is(hubspot::Option::imports_speed, "slow") ? slow_slice : typical_slice, 1s};
}

/// Which field of a row each mapped column is: by the header's name, without one by position. False
/// when a column is not in the file.
bool match_columns(Import& import, const ImportFile& file) {
  import.fields.assign(file.columns.size(), npos);
  if (!file.has_header) {
    for (std::size_t i = 0; i < file.columns.size(); ++i) {
      import.fields[i] = i;
    }
    return true;
  }
  std::vector<std::string> header;
  if (import.reader.next(header) != CsvReader::Row::whole) {
    return false;
  }
  std::vector<bool> used(header.size(), false);
  for (std::size_t i = 0; i < file.columns.size(); ++i) {
    for (std::size_t field = 0; field < header.size(); ++field) {
      if (!used[field] && trim(header[field]) == trim(file.columns[i].name)) {
        import.fields[i] = field;
        break;
      }
    }
    if (import.fields[i] == npos) {
      return false;
    }
    // One column may be mapped twice only in two roles: the id of one object, the key of another.
    used[import.fields[i]] =
        i + 1 < file.columns.size() && file.columns[i + 1].name != file.columns[i].name;
  }
  return true;
}

std::size_t width_of(const Import& import) {
  return import.fields.empty() ? 0
                               : *std::max_element(import.fields.begin(), import.fields.end()) + 1;
}

void fail(portal::Portal& portal, ImportBook& book, Import& import, const PlanProblem& problem,
          Instant now) {
  book.add_error(
      import,
      {.at = now, .type = problem.type, .message = problem.message, .file_id = problem.file_id});
  book.end(portal, import, ImportState::failed, now);
}

/// The static list of the imported contacts, named as the import (D 7:
/// createContactListFromImport).
void make_list(portal::Portal& portal, Import& import, Instant now) {
  const auto* contacts = portal.find_type("contacts");
  std::vector<std::string> ids;
  for (const std::uint64_t written : import.written) {
    if ((written & ((1U << written_type_bits) - 1)) == contacts->index()) {
      ids.push_back(std::to_string(written >> written_type_bits));
    }
  }
  auto& lists = portal.part<portal::Lists>();
  std::string name = import.plan->name;
  for (int i = 2; lists.find_by_name(contacts->index(), name) != nullptr; ++i) {
    name = import.plan->name + " (" + std::to_string(i) + ")";
  }
  const portal::WriteContext write{.now = now,
                                   .source = {.change_source = "IMPORT",
                                              .source_id = std::to_string(import.id),
                                              .app_id = import.app_id}};
  portal::List wanted;
  wanted.name = std::move(name);
  wanted.type = contacts->index();
  portal::List& list = lists.create(portal, std::move(wanted), write);
  std::sort(ids.begin(), ids.end());
  lists.change(portal, list, ids, {}, write);
  import.list_id = std::to_string(list.id);
}

/// Works off up to `limit` rows of the file; how many there were.
std::size_t work_rows(ImportRow& row, Import& import, std::size_t limit) {
  std::vector<std::string> cells;
  std::size_t done = 0;
  for (; done < limit; ++done) {
    const auto read = import.reader.next(cells);
    if (read == CsvReader::Row::end) {
      ++import.file;
      import.file_begun = false;
      break;
    }
    if (read == CsvReader::Row::broken) {
      row.reject("COULD_NOT_PARSE_ROW", "The row is not readable CSV in UTF-8", {});
    } else if (cells.size() < width_of(import)) {
      row.reject("INCORRECT_NUMBER_OF_COLUMNS",
                 "Expected " + std::to_string(width_of(import)) + " columns but found " +
                     std::to_string(cells.size()),
                 cells);
    } else {
      row.apply(cells);
    }
  }
  return done;
}

/// True when there is more to do.
bool work(portal::Portal& portal, ImportBook& book, Import& import, std::size_t slice,
          Instant now) {
  ImportRow row(portal, book, import, now);
  while (import.file < import.plan->files.size()) {
    const ImportFile& file = import.plan->files[import.file];
    if (!import.file_begun) {
      import.reader = CsvReader(file.text);
      import.file_begun = true;
      if (!match_columns(import, file)) {
        fail(portal, book, import,
             {"INVALID_COLUMN_CONFIGURATION", "A mapped column is not in " + file.name, file.id},
             now);
        return false;
      }
    }
    slice -= work_rows(row, import, slice);
    if (slice == 0) {
      return true;
    }
  }
  import.file = import.plan->files.size() - 1;  // what follows speaks of the last file
  const bool more = row.resolve_pending(slice);
  import.file = import.plan->files.size();
  return more;
}

}  // namespace

void run_import(portal::Portal& portal, Instant now, std::uint64_t id) {
  auto& book = portal.part<ImportBook>();
  Import* import = book.find(id);
  if (import == nullptr || !import->at_work()) {
    return;  // canceled meanwhile
  }
  import->state = ImportState::processing;
  import->updated_at = now;
  if (!import->plan->problems.empty()) {
    for (std::size_t i = 1; i < import->plan->problems.size(); ++i) {
      const PlanProblem& problem = import->plan->problems[i];
      book.add_error(*import, {.at = now,
                               .type = problem.type,
                               .message = problem.message,
                               .file_id = problem.file_id});
    }
    return fail(portal, book, *import, import->plan->problems.front(), now);
  }
  const Pace pace = pace_of(portal.options());
  if (work(portal, book, *import, pace.slice, now)) {
    portal.schedule(now + pace.wait, run_import, id);
  } else if (import->at_work()) {
    if (import->plan->creates_list) {
      make_list(portal, *import, now);
    }
    book.end(portal, *import, ImportState::done, now);
  }
}

}  // namespace hubsim::operations
