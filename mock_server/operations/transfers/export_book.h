// ExportBook: the exports of a portal: a queue of one at a time, what each found, and the signed
// addresses under which their files are served for five minutes (behaviour reference 2.1, 7). A
// part of the portal; the work is done on the agenda (export_run.cpp).
// Threads: guarded by the portal's lock. Invariant: at most one export is PROCESSING.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::operations {

enum class ExportState { enqueued, processing, done, failed };

[[nodiscard]] std::string_view export_state_name(ExportState state) noexcept;

/// An export as asked for.
struct ExportRequest {
  std::string type;  ///< VIEW, LIST
  std::string format;
  std::string name;
  std::string object_type_name;  ///< as the caller wrote it
  portal::TypeIndex object_type = 0;
  std::vector<std::string> properties;
  std::vector<portal::TypeIndex> associated;
  portal::SearchQuery query;
  bool finds_nothing = false;
  std::uint64_t list = 0;  ///< of a LIST export
  bool internal_names = false;
  bool internal_values = false;
  bool associated_names = false;
  bool all_associations = false;  ///< not cut at 1,000 a row
};

struct Export {
  std::uint64_t id = 0;
  ExportRequest request;
  ExportState state = ExportState::enqueued;
  Instant created_at{};
  Instant updated_at{};
  Instant started_at{};
  Instant completed_at{};
  std::size_t record_count = 0;
  std::string problem;  ///< why it failed
  std::shared_ptr<const std::string> file;
  std::string secret;  ///< what its addresses are signed with
};

inline constexpr std::size_t max_exports_a_day = 30;          // D 2.1
inline constexpr std::size_t max_associations_a_row = 1'000;  // D 2.1
inline constexpr std::chrono::minutes export_url_life{5};     // D 7
inline constexpr std::size_t max_kept_exports = 100;          // ours: files take memory

class ExportBook : public portal::PartOf<ExportBook> {
 public:
  explicit ExportBook(const portal::Portal& portal);

  /// Whether one more may be asked for: 30 in any 24 hours.
  [[nodiscard]] bool within_day(const portal::Portal& portal, Instant now);
  Export& start(portal::Portal& portal, ExportRequest request, std::string secret, Instant now);
  [[nodiscard]] Export* find(std::uint64_t id);
  void end(portal::Portal& portal, Export& done, ExportState state, Instant now);

 private:
  void begin_next(portal::Portal& portal, Instant now);

  std::map<std::uint64_t, Export> exports_;
  std::deque<Instant> asked_;  ///< of the last 24 hours
  std::uint64_t next_id_;
};

/// The agenda's step of one export.
void run_export(portal::Portal& portal, Instant now, std::uint64_t id);

/// The CSV of it, and how many records are in it.
[[nodiscard]] std::string write_export(portal::Portal& portal, const ExportRequest& request,
                                       Instant now, std::size_t& records);

}  // namespace hubsim::operations
