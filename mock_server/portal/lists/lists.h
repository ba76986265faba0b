// Lists: HubSpot's segments of records: MANUAL (told who is on them), DYNAMIC (by a filter branch,
// followed as records change) and SNAPSHOT (by a filter branch once, then manual), with folders,
// conversions and the time that processing takes on the portal's clock.
// Why here: one component of a portal's state; the operations only read requests and render.
// Evidence: behaviour reference 7 (recorded 2026-04-21, documented), else I and named options.
// Threads: under the portal's lock. Invariants: members are live records of the list's type; every
// joining and leaving is one change of the portal's log; names are unique a type among live lists.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/portal/lists/filter_branch.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

using ListId = std::uint64_t;

enum class ProcessingType { manual, dynamic, snapshot };
[[nodiscard]] const char* processing_type_name(ProcessingType type) noexcept;
[[nodiscard]] std::optional<ProcessingType> processing_type_of(std::string_view name);

struct Member {
  Instant added{};
  std::uint64_t join = 0;  ///< grows in the order of joining
};

struct ListConversion {
  Json asked;  ///< as the request had it
  Instant due{};
  Duration quiet_for{0};  ///< INACTIVITY: no member may have joined or left for so long
  std::uint64_t number = 0;
};

struct List {
  ListId id = 0;
  std::uint64_t legacy_id = 0;
  std::string name;
  TypeIndex type = 0;
  ProcessingType processing = ProcessingType::manual;
  int version = 1;
  Instant created_at{};
  Instant updated_at{};
  Instant filters_updated_at{};
  std::optional<Instant> deleted_at;
  std::uint64_t created_by = 0;
  std::uint64_t updated_by = 0;
  std::uint64_t folder = 0;
  std::shared_ptr<const FilterBranch> filter;
  /// The evaluation that is under way; 0: COMPLETE.
  std::uint64_t evaluation = 0;
  Json permissions;
  Json membership_settings;
  Json custom_properties;
  std::map<ObjectId, Member> members;
  std::map<std::uint64_t, ObjectId> by_join;
  boost::unordered_flat_map<ObjectId, Instant> first_added;
  std::optional<Instant> last_added;
  std::optional<Instant> last_removed;
  std::deque<std::pair<Instant, std::size_t>> sizes;
  std::deque<Instant> edits;
  std::optional<ListConversion> conversion;
  std::optional<Instant> converted_at;
};

struct ListFolder {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  std::string name;
  Instant created_at{};
  Instant updated_at{};
  std::uint64_t user_id = 0;
};

struct MembershipUpdate {
  std::vector<ObjectId> added;
  std::vector<ObjectId> removed;
  std::vector<std::string> missing;
};

class Lists : public PartOf<Lists>, public MemberOf {
 public:
  explicit Lists(const Portal& portal);

  /// `list` brings what the caller said; ids, times and processing follow. Its name must be free.
  List& create(Portal& portal, List list, const WriteContext& context);
  [[nodiscard]] const std::map<ListId, List>& all() const noexcept { return lists_; }
  /// nullptr: never there, or (find) deleted.
  [[nodiscard]] List* find(ListId id);
  [[nodiscard]] List* find_also_deleted(ListId id);
  [[nodiscard]] List* find_by_name(TypeIndex type, std::string_view name);
  [[nodiscard]] List* find_by_legacy_id(std::uint64_t id);
  void set_filter(Portal& portal, List& list, std::shared_ptr<const FilterBranch> filter,
                  const WriteContext& context);
  /// Whether following that filter from `id` on leads back to `id`.
  [[nodiscard]] bool leads_back(ListId id, const FilterBranch& filter) const;
  static void erase(List& list, Instant now) { list.deleted_at = now; }

  /// Adds and removes at once; ids that are no live record of the list's type are missing.
  MembershipUpdate change(Portal& portal, List& list, const std::vector<std::string>& add,
                          const std::vector<std::string>& remove, const WriteContext& context);
  void clear(Portal& portal, List& list, const WriteContext& context);
  void schedule_conversion(Portal& portal, List& list, ListConversion conversion);

  [[nodiscard]] bool member(ListId list_id, TypeIndex type, ObjectId id) const override;

  [[nodiscard]] std::map<std::uint64_t, ListFolder>& folders() noexcept { return folders_; }
  ListFolder& create_folder(std::string name, std::uint64_t parent, Instant now,
                            std::uint64_t user);

 private:
  static void on_commit(Portal& portal, const Portal::Commit& commit);
  static void run_evaluation(Portal& portal, Instant now, std::uint64_t number);
  static void run_touched(Portal& portal, Instant now, std::uint64_t subject);
  static void run_aging(Portal& portal, Instant now, std::uint64_t list);
  static void run_conversion(Portal& portal, Instant now, std::uint64_t list);

  void start_evaluation(Portal& portal, List& list, Instant now);
  void evaluate(Portal& portal, List& list, Instant now);
  void follow(Portal& portal, const Portal::Commit& commit);
  void touch(Portal& portal, Endpoint record, Instant now);
  void touch_associated(Portal& portal, const Record& record, TypeIndex type, Instant now);
  void judge(Portal& portal, Endpoint record, Instant now);
  void leave_all(Portal& portal, const Record& record, Instant now);
  void follow_merge(Portal& portal, const Record& outcome, Instant now);
  bool join(Portal& portal, List& list, ObjectId id, const WriteContext& context);
  bool leave(Portal& portal, List& list, ObjectId id, const WriteContext& context);
  static void note_size(List& list, Instant now);

  std::map<ListId, List> lists_;
  std::map<std::uint64_t, ListFolder> folders_;
  std::deque<std::pair<Instant, Endpoint>> touched_;
  bool run_scheduled_ = false;
  ListId next_id_;
  std::uint64_t next_legacy_id_ = 1;
  std::uint64_t next_folder_ = 1;
  std::uint64_t last_join_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace hubsim::portal
