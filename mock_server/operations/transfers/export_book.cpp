#include "mock_server/operations/transfers/export_book.h"
#include "hubspot/rules/option_ids.h"

#include <algorithm>

#include "mock_server/portal/lists/lists.h"

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t first_export_id = 21'760'001;

/// From ENQUEUED at the head of the queue to DONE (option exports.speed).
Duration work_time(const hubspot::Options& options) {
  if (options.is(hubspot::Option::exports_speed, "instant")) {
    return 0s;
  }
  return options.is(hubspot::Option::exports_speed, "slow") ? 60s : 3s;
}

}  // namespace

std::string_view export_state_name(ExportState state) noexcept {
  switch (state) {
    case ExportState::enqueued:
      return "ENQUEUED";
    case ExportState::processing:
      return "PROCESSING";
    case ExportState::done:
      return "DONE";
    case ExportState::failed:
      return "FAILED";
  }
  return "";
}

ExportBook::ExportBook(const portal::Portal& /*portal*/) : next_id_(first_export_id) {}

bool ExportBook::within_day(const portal::Portal& portal, Instant now) {
  while (!asked_.empty() && asked_.front() <= now - 24h) {
    asked_.pop_front();
  }
  return asked_.size() < max_exports_a_day ||
         !portal.options().on(hubspot::Option::exports_daily_limit);
}

Export& ExportBook::start(portal::Portal& portal, ExportRequest request, std::string secret,
                          Instant now) {
  asked_.push_back(now);
  for (auto it = exports_.begin(); exports_.size() >= max_kept_exports && it != exports_.end();) {
    it = it->second.file != nullptr || it->second.state == ExportState::failed ? exports_.erase(it)
                                                                               : std::next(it);
  }
  Export& made = exports_[next_id_];
  made.id = next_id_++;
  made.request = std::move(request);
  made.created_at = made.updated_at = made.started_at = made.completed_at = now;
  made.secret = std::move(secret);
  begin_next(portal, now);
  return made;
}

void ExportBook::begin_next(portal::Portal& portal, Instant now) {
  Export* first = nullptr;
  for (auto& [id, each] : exports_) {
    if (each.state == ExportState::processing &&
        portal.options().on(hubspot::Option::exports_one_at_a_time)) {
      return;
    }
    if (each.state == ExportState::enqueued && first == nullptr) {
      first = &each;
    }
  }
  if (first != nullptr) {
    first->state = ExportState::processing;
    first->started_at = first->updated_at = now;
    portal.schedule(now + work_time(portal.options()), run_export, first->id);
  }
}

Export* ExportBook::find(std::uint64_t id) {
  const auto found = exports_.find(id);
  return found == exports_.end() ? nullptr : &found->second;
}

void ExportBook::end(portal::Portal& portal, Export& done, ExportState state, Instant now) {
  done.state = state;
  done.completed_at = done.updated_at = now;
  begin_next(portal, now);
}

void run_export(portal::Portal& portal, Instant now, std::uint64_t id) {
  auto& book = portal.part<ExportBook>();
  Export* each = book.find(id);
  if (each == nullptr || each->state != ExportState::processing) {
    return;
  }
  if (each->request.format != "CSV") {
    each->problem = "hubsim writes exports as CSV only, not " + each->request.format;
    return book.end(portal, *each, ExportState::failed, now);
  }
  const bool listed = each->request.type == "LIST";
  if (listed && portal.part<portal::Lists>().find(each->request.list) == nullptr) {
    each->problem = "The list was deleted";
    return book.end(portal, *each, ExportState::failed, now);
  }
  each->file = std::make_shared<const std::string>(
      write_export(portal, each->request, now, each->record_count));
  book.end(portal, *each, ExportState::done, now);
}

}  // namespace hubsim::operations
