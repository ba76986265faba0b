#include "mock_server/operations/transfers/import_book.h"
#include "hubspot/rules/option_ids.h"

#include <algorithm>

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t first_import_id = 44'890'001;
constexpr std::uint64_t small_file_bytes = 2'000;
constexpr std::uint64_t small_file_rows = 10;

/// From the answer STARTED to the first row (option imports.speed).
Duration start_delay(const hubspot::Options& options) {
  if (options.is(hubspot::Option::imports_speed, "instant")) {
    return 0s;
  }
  return options.is(hubspot::Option::imports_speed, "slow") ? 30s : 2s;
}

}  // namespace

std::string_view import_state_name(ImportState state) noexcept {
  switch (state) {
    case ImportState::started:
      return "STARTED";
    case ImportState::processing:
      return "PROCESSING";
    case ImportState::done:
      return "DONE";
    case ImportState::failed:
      return "FAILED";
    case ImportState::canceled:
      return "CANCELED";
    case ImportState::deferred:
      return "DEFERRED";
  }
  return "";
}

ImportLimits import_limits(const hubspot::Options& options) {
  if (options.is(hubspot::Option::imports_limits, "small")) {
    return {.file_bytes = small_file_bytes, .file_rows = small_file_rows};
  }
  return {};
}

ImportBook::ImportBook(const portal::Portal& /*portal*/) : next_id_(first_import_id) {}

Import& ImportBook::start(portal::Portal& portal, ImportPlan plan, std::uint64_t app_id,
                          Instant now) {
  forget_oldest();
  const auto at_work = std::count_if(imports_.begin(), imports_.end(),
                                     [](const auto& item) { return item.second.at_work(); });
  Import& import = imports_[next_id_];
  import.id = next_id_++;
  import.plan = std::make_shared<const ImportPlan>(std::move(plan));
  import.created_at = import.updated_at = now;
  import.app_id = app_id;
  const bool full = static_cast<std::size_t>(at_work) >= max_running_imports &&
                    portal.options().on(hubspot::Option::imports_three_at_once);
  if (full) {
    import.state = ImportState::deferred;
  } else {
    begin(portal, import, now);
  }
  return import;
}

void ImportBook::begin(portal::Portal& portal, Import& import, Instant now) {
  import.state = ImportState::started;
  import.updated_at = now;
  portal.schedule(now + start_delay(portal.options()), run_import, import.id);
}

Import* ImportBook::find(std::uint64_t id) {
  const auto found = imports_.find(id);
  return found == imports_.end() ? nullptr : &found->second;
}

void ImportBook::end(portal::Portal& portal, Import& import, ImportState state, Instant now) {
  import.state = state;
  import.updated_at = now;
  // What it has still to do and the files' bytes go; the answers need neither.
  ImportPlan slim = *import.plan;
  for (ImportFile& file : slim.files) {
    file.keeper = nullptr;
    file.text = {};
  }
  import.plan = std::make_shared<const ImportPlan>(std::move(slim));
  import.reader = CsvReader();
  import.keys.clear();
  import.pending.clear();
  for (auto& [id, other] : imports_) {
    if (other.state == ImportState::deferred) {
      return begin(portal, other, now);
    }
  }
}

bool ImportBook::take_rows(std::uint64_t rows, Instant now) {
  const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  if (day != day_) {
    day_ = day;
    rows_today_ = 0;
  }
  if (rows_today_ + rows > max_rows_a_day) {
    return false;
  }
  rows_today_ += rows;
  return true;
}

void ImportBook::add_error(Import& import, ImportError error) {
  ++import.counters.errors;
  if (import.errors.size() < max_import_errors) {
    error.id = next_error_id_++;
    import.errors.push_back(std::move(error));
  }
}

void ImportBook::forget_oldest() {
  for (auto it = imports_.begin(); imports_.size() >= max_kept_imports && it != imports_.end();) {
    const bool ended = !it->second.at_work() && it->second.state != ImportState::deferred;
    it = ended ? imports_.erase(it) : std::next(it);
  }
}

}  // namespace hubsim::operations
