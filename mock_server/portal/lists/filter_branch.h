// Filter branches: the language in which lists say who is on them (OR, AND, NOT_ALL, NOT_ANY,
// associations, property and list-membership filters), read from JSON into a tree that can be asked
// of a record. Kinds that need data we do not have (form submissions, e-mail events, ...) are kept
// and shown, never match, and are named in `not_evaluated`.
// Why here: a pure language over records; lists decide when to ask. Evidence: reference 7, models
// of the official client 14.0.1. Threads: under the portal's lock. Invariant: `shown` is what
// HubSpot would answer with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/search_values.h"

namespace hubsim::portal {

/// A bound on a time that may move with the clock.
struct TimeBound {
  enum class From { epoch, now, day, week, month, quarter, year };
  From from = From::epoch;
  std::int64_t units = 0;      ///< whole spans of `from` (days, weeks, ...) to add to its start
  std::int64_t offset_ms = 0;  ///< added at the end; from the epoch: the instant itself

  [[nodiscard]] std::int64_t at(Instant now) const;
};

/// One comparison of one property.
struct PropertyTest {
  enum class How {
    known,
    equal,  ///< any of the texts or numbers
    contains,
    starts,
    ends,
    any_of,
    exactly,
    contains_all,
    between,  ///< from `low` up to `high`, each with or without its end
    before_property,
    after_property,
  };
  PropertyIndex property = 0;
  ValueKind kind = ValueKind::text;
  How how = How::known;
  bool negated = false;
  bool unset_matches = false;
  std::vector<std::string> texts;  ///< in lower case where case does not count
  std::vector<double> numbers;
  std::optional<TimeBound> low_time;
  std::optional<TimeBound> high_time;
  std::optional<double> low;
  std::optional<double> high;
  bool low_open = false;
  bool high_open = false;
  PropertyIndex other = 0;
};

struct ListTest {
  enum class Kind { never, constant, property, in_list, associated_in_list, count };
  Kind kind = Kind::never;
  bool negated = false;
  PropertyTest property;
  std::uint64_t list_id = 0;
  std::optional<TypeIndex> to_type;
  int association_type = 0;  ///< 0: any
  std::size_t at_least = 0;
  std::size_t at_most = SIZE_MAX;
};

struct ListBranch {
  enum class Kind { never, any, all, not_all, not_any, associated, by_property };
  Kind kind = Kind::all;
  std::vector<ListBranch> branches;
  std::vector<ListTest> tests;
  TypeIndex to_type = 0;
  int association_type = 0;
  PropertyIndex property = 0;
};

struct FilterBranch {
  ListBranch root;
  Json shown;
  std::vector<std::string> not_evaluated;  ///< "FORM_SUBMISSION", "STRING HAS_EVER_BEEN_EQUAL_TO"
  std::set<TypeIndex> other_types;         ///< whose records decide too
  std::set<std::uint64_t> lists;           ///< whose members decide too
  bool moves_with_time = false;
};

/// The error is a sentence for HubSpot's 400.
[[nodiscard]] Result<std::shared_ptr<const FilterBranch>> read_filter_branch(Portal& portal,
                                                                             TypeIndex type,
                                                                             const Json& json);

/// Whether a record is on a list, asked by filters on lists.
class MemberOf {
 public:
  virtual ~MemberOf() = default;
  [[nodiscard]] virtual bool member(std::uint64_t list_id, TypeIndex type, ObjectId id) const = 0;
};

/// What an evaluation looks at.
struct Judgement {
  const Portal& portal;
  const MemberOf& lists;
  Instant now{};

  [[nodiscard]] bool matches(const ListBranch& branch, const Record& record) const;

 private:
  [[nodiscard]] bool matches_inside(const ListBranch& branch, const Record& record, bool any) const;
  [[nodiscard]] bool matches_associated(const ListBranch& branch, const Record& record) const;
  [[nodiscard]] bool matches_test(const ListTest& test, const Record& record) const;
  [[nodiscard]] bool matches_property(const PropertyTest& test, const Record& record) const;
  [[nodiscard]] bool compares(const PropertyTest& test, const std::string& value,
                              const Record& record) const;
  [[nodiscard]] bool is_between(const PropertyTest& test, double value) const;
  [[nodiscard]] std::vector<ObjectId> associated(const Record& record, TypeIndex to,
                                                 int type) const;
};

}  // namespace hubsim::portal
