// Portal: the state of one HubSpot account: record stores, associations, owners and the log of
// changes. Pure state: no HTTP, no sockets, no clock of its own (each write is told the time).
// Threads: not synchronised; the world holds one lock per portal around every call. Records handed
// out stay valid and unchanged after the lock is released.
// Invariants: every commit appends exactly one Change; ids grow in commit order per type; unique
// values are unique among live records.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "hubspot/facts/facts.h"
#include "hubspot/rules/options.h"
#include "mock_server/portal/agenda.h"
#include "mock_server/portal/associations.h"
#include "mock_server/portal/change.h"
#include "mock_server/portal/object_type.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/property_history.h"
#include "mock_server/portal/record_store.h"
#include "mock_server/portal/search.h"
#include "mock_server/portal/type_directory.h"

namespace hubsim::portal {

/// Property name and raw value as the caller sent them.
using PropertyWrites = std::vector<std::pair<std::string, std::string>>;

struct PropertyError {
  std::string property;
  std::string code;  ///< PROPERTY_DOESNT_EXIST, INVALID_EMAIL, ... (behaviour reference 3.4)
  std::string message;
  std::string value{};  ///< as the caller sent it
};
struct InvalidProperties {
  std::vector<PropertyError> errors;
};
/// A unique value is taken (email of a contact: HubSpot's 409).
struct Conflict {
  std::string property;
  std::string value;
  ObjectId existing_id = 0;
};
struct NotFound {};
struct MissingRequired {
  std::vector<std::string> properties;
};
using WriteError = std::variant<InvalidProperties, Conflict, NotFound, MissingRequired>;

/// Why a merge is refused (behaviour reference 3.6, 3.7).
enum class MergeRefusal { itself, no_primary, no_other, too_many };

/// What a write needs to know beside its values.
struct WriteContext {
  Instant now{};
  Source source;
  std::uint64_t request_number = 0;
  /// Empty: the record's natural key (email, domain, name) or its id becomes the lineage.
  std::string lineage;
  /// Seed data: in the log, but subscribers (webhooks) are not told.
  bool quiet = false;
};

struct Owner {
  std::uint64_t id = 0;
  std::uint64_t user_id = 0;
  std::string email;
  std::string first_name;
  std::string last_name;
  Instant created_at{};
  Instant updated_at{};
  bool archived = false;
};

struct PortalConfig {
  std::uint64_t portal_id = 0;
  std::string tier = "professional";
  std::string time_zone = "US/Eastern";
  int utc_offset_minutes = -300;
  std::size_t history_capacity = 4'000'000;
  hubspot::Options options;
};

class Portal {
 public:
  Portal(PortalConfig config, std::shared_ptr<const hubspot::Facts> facts, Instant now);

  /// The same state under another portal id, for snapshots and forks: records are shared, because
  /// they never change; indexes of unique values are copied, those of search made anew when wanted.
  /// Nobody is subscribed to the copy.
  [[nodiscard]] std::unique_ptr<Portal> copy(std::uint64_t portal_id) const;

  [[nodiscard]] const PortalConfig& config() const noexcept { return config_; }
  [[nodiscard]] const hubspot::Facts& facts() const noexcept { return *facts_; }

  [[nodiscard]] const hubspot::Options& options() const noexcept { return config_.options; }
  [[nodiscard]] hubspot::Options& options() noexcept { return config_.options; }

  /// The component of that type, made at first use (part.h).
  template <class T>
  [[nodiscard]] T& part() const {
    if (Part* made = parts_.find(&part_name<T>)) {
      return static_cast<T&>(*made);
    }
    // Made first: its constructor may reach for other parts.
    auto made = std::make_unique<T>(*this);
    return static_cast<T&>(parts_.add(&part_name<T>, std::move(made)));
  }

  /// Has `run` called with `subject` when the portal's clock reaches `due` (agenda.h).
  void schedule(Instant due, Agenda::Run run, std::uint64_t subject = 0);
  /// Runs what is due at or before `now`, in order, also what that adds.
  std::size_t run_due(Instant now);
  [[nodiscard]] std::optional<Instant> next_due() const { return agenda_.next_due(); }
  /// The latest instant the portal was told of: that of the request under way.
  [[nodiscard]] Instant now() const noexcept { return now_; }
  /// Told, under the lock, of every instant something is scheduled for.
  void on_scheduled(std::function<void(Instant)> notify) { notify_scheduled_ = std::move(notify); }

  /// By any name HubSpot accepts in a path; nullptr when unknown or removed.
  [[nodiscard]] const ObjectType* find_type(std::string_view name) const;
  [[nodiscard]] const ObjectType& type(TypeIndex index) const { return *types_[index]; }
  /// Removed types count: their index stays taken.
  [[nodiscard]] std::size_t type_count() const noexcept { return types_.size(); }
  /// A type made at run time (custom objects); nullptr when one of its names is taken.
  const ObjectType* define_type(hubspot::ObjectTypeFact fact, Instant now);
  /// Its names become free. False while it has live records.
  bool remove_type(TypeIndex type);
  /// To change definitions. Copies of this portal keep theirs.
  [[nodiscard]] ObjectType& edit_type(TypeIndex type);

  // Writes. Each commits as a whole and publishes one change, or changes nothing.
  Result<RecordPtr, WriteError> create(TypeIndex type, const PropertyWrites& writes,
                                       const WriteContext& context);
  Result<RecordPtr, WriteError> update(TypeIndex type, ObjectId id, const PropertyWrites& writes,
                                       const WriteContext& context);
  /// False when there is no live record of that id. Its associations go with it, each a change.
  bool archive(TypeIndex type, ObjectId id, const WriteContext& context);
  /// An archived record lives again, with the associations it had to records that still do.
  Result<RecordPtr, WriteError> restore(TypeIndex type, ObjectId id, const WriteContext& context);
  /// The outcome is a new record or the primary (option crm.merge_id); the ids that are gone mean
  /// it from then on.
  Result<RecordPtr, MergeRefusal> merge(TypeIndex type, ObjectId primary, ObjectId other,
                                        const WriteContext& context);
  /// GDPR: the record and its values are gone for good, its addresses may not come back. False when
  /// there is none.
  bool erase(TypeIndex type, ObjectId id, const WriteContext& context);
  void block_email(std::string_view address);
  /// What create (id = nullopt) or update would answer, without committing: batches are
  /// all-or-nothing without trace ids (behaviour reference 4.8).
  [[nodiscard]] std::optional<WriteError> check(TypeIndex type, std::optional<ObjectId> id,
                                                const PropertyWrites& writes) const;

  // Reads.
  /// Live or archived; nullptr when the id was never given out.
  [[nodiscard]] RecordPtr find(TypeIndex type, ObjectId id) const;
  /// The same, but an id that was merged away finds the outcome.
  [[nodiscard]] RecordPtr resolve(TypeIndex type, ObjectId id) const;
  /// Values that a property had, newest first (4.6); derived ones have one.
  struct PastValue {
    std::string value;
    Instant at{};
    Source source;
  };
  [[nodiscard]] std::vector<PastValue> history_of(const Record& record,
                                                  PropertyIndex property) const;
  /// Live record with that unique value; nullptr when there is none or it is not unique.
  [[nodiscard]] RecordPtr find_by_unique(TypeIndex type, PropertyIndex property,
                                         std::string_view value) const;
  [[nodiscard]] const RecordStore& store(TypeIndex type) const { return stores_[type]; }
  [[nodiscard]] SearchPage search(TypeIndex type, const SearchQuery& query);
  /// What search sees of a type, and its indexes.
  [[nodiscard]] SearchView& search_view(TypeIndex type) { return stores_[type].view(); }
  /// The value as HubSpot shows it: stored, derived or nothing (shown as null).
  [[nodiscard]] std::optional<std::string> value_of(const Record& record,
                                                    PropertyIndex property) const;
  /// The same as a JSON string appended to `out`, or null. The hot path of every answer.
  void append_json_value(std::string& out, const Record& record, PropertyIndex property) const;
  [[nodiscard]] const Source& source_of(const Record& record) const {
    return sources_[record.source];
  }

  [[nodiscard]] Associations& associations() noexcept { return associations_; }
  [[nodiscard]] const Associations& associations() const noexcept { return associations_; }
  /// Adds the association of `type_id` and its inverse, and publishes both directions.
  void associate(const AssociationEdge& edge, const WriteContext& context);
  /// Takes that one type off, where others stay, and publishes both directions; false: none was.
  bool unlabel(const AssociationEdge& edge, const WriteContext& context);
  /// Removes every association between the two and publishes both directions; false: none was.
  bool dissociate(Endpoint from, Endpoint to, const WriteContext& context);

  /// A new property of a type, unique from now on where it says so. False when the name is taken.
  bool define_property(TypeIndex type, Property property);
  /// Puts another definition in place of one: edited, archived, restored. The name stays.
  void redefine_property(TypeIndex type, PropertyIndex index, Property property);
  /// Moves updatedAt of a live record without changing a value (a pipeline edit does that).
  void touch(TypeIndex type, ObjectId id, const WriteContext& context);

  [[nodiscard]] const std::vector<Owner>& owners() const noexcept { return owners_; }
  [[nodiscard]] std::vector<Owner>& edit_owners() noexcept { return owners_; }

  [[nodiscard]] std::uint64_t last_sequence() const noexcept { return log_.last_sequence(); }
  [[nodiscard]] std::uint64_t first_available_sequence() const noexcept {
    return log_.first_available();
  }
  /// Changes with a sequence greater than `after`, in order, at most `limit`.
  [[nodiscard]] std::vector<Change> changes_after(std::uint64_t after, std::size_t limit) const;
  /// Called for every change right after its commit, under the portal's lock: hand over, no I/O.
  using Subscriber = std::function<void(const Change&)>;
  /// What a part of the portal is told of every commit, also of quiet ones. A plain function, so
  /// that copies of the portal keep it; it may commit more.
  struct Commit {
    ChangeKind kind = ChangeKind::updated;
    RecordPtr record;
    Instant at{};
    std::uint64_t list_id = 0;
    std::uint64_t sequence = 0;
    bool quiet = false;
  };
  using Observer = void (*)(Portal& portal, const Commit& commit);
  /// Once for each observer, however often it is given.
  void observe(Observer observer);
  /// A record has come on a list or left it; the list itself is kept by the part.
  void publish_membership(Endpoint record, std::uint64_t list_id, bool added,
                          const WriteContext& context);
  void subscribe(Subscriber subscriber) { subscribers_.push_back(std::move(subscriber)); }

 private:
  Portal(const Portal&) = default;
  using Values = std::vector<std::pair<PropertyIndex, std::string>>;
  [[nodiscard]] Result<Values, WriteError> prepare(const ObjectType& type,
                                                   const PropertyWrites& writes,
                                                   const Record* before) const;
  [[nodiscard]] std::optional<WriteError> conflict(const ObjectType& type, const Values& values,
                                                   std::optional<ObjectId> self) const;
  [[nodiscard]] std::optional<WriteError> blocked_email(const ObjectType& type,
                                                        const Values& values) const;
  [[nodiscard]] std::string natural_key(const ObjectType& type, const Record& record) const;
  [[nodiscard]] std::uint16_t intern(const Source& source);
  void publish(ChangeLog::Entry entry, bool quiet);
  void publish_edge(ChangeKind kind, Endpoint from, const AssociationChange& change,
                    const WriteContext& context);
  std::vector<Associations::Edge> detach_all(Endpoint record, const WriteContext& context);
  void attach_all(Endpoint record, const std::vector<Associations::Edge>& edges,
                  const WriteContext& context);
  struct Merging {
    RecordPtr primary;
    RecordPtr other;
    std::shared_ptr<Record> record;
  };
  void commit_merge(const Merging& merging, MergeChange merge, const WriteContext& context);
  /// When search sees a write (index_lag.h); nothing: at once.
  [[nodiscard]] std::optional<Instant> seen_at(const Record& record, bool is_new,
                                               const WriteContext& context) const;
  [[nodiscard]] Change expand(std::uint64_t sequence) const;

  PortalConfig config_;
  std::shared_ptr<const hubspot::Facts> facts_;
  TypeIndex add_type(hubspot::ObjectTypeFact fact, Instant now);

  std::vector<std::shared_ptr<ObjectType>> types_;
  TypeDirectory directory_;
  std::deque<RecordStore> stores_;
  std::vector<PropertyHistory> histories_;  ///< by type
  std::map<Endpoint, ObjectId> merged_into_;
  std::set<std::string, std::less<>> blocked_emails_;
  std::vector<Source> sources_;
  Associations associations_;
  std::vector<Owner> owners_;
  ChangeLog log_;
  std::vector<Subscriber> subscribers_;
  std::vector<Observer> observers_;
  Agenda agenda_;
  Instant now_{};
  std::function<void(Instant)> notify_scheduled_;
  /// Making a part at first use changes nothing that a reader could see.
  mutable Parts parts_;
};

}  // namespace hubsim::portal
