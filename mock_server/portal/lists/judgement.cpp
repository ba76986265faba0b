#include <algorithm>

#include "common/base/text.h"
#include "mock_server/portal/lists/filter_branch.h"

namespace hubsim::portal {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using std::chrono::years;

sys_days month_start(sys_days today, std::int64_t add) {
  const year_month_day date(today);
  return sys_days((date.year() / date.month() / 1) + months(add));
}

sys_days start_of(TimeBound::From from, sys_days today, std::int64_t units) {
  const year_month_day date(today);
  switch (from) {
    case TimeBound::From::week: {
      const auto since_monday = std::chrono::weekday(today) - std::chrono::Monday;
      return today - since_monday + days(7 * units);
    }
    case TimeBound::From::month:
      return month_start(today, units);
    case TimeBound::From::quarter: {
      const auto month = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
      const auto first = date.year() / std::chrono::month(month) / 1;
      return sys_days(first + months(3 * units));
    }
    case TimeBound::From::year:
      return sys_days((date.year() / std::chrono::January / 1) + years(units));
    default:
      return today + days(units);
  }
}

std::int64_t ms_of(sys_days day) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch()).count();
}

bool any_text(const std::vector<std::string>& wanted, auto&& matches) {
  return std::any_of(wanted.begin(), wanted.end(), matches);
}

/// The options of a value that may be a set.
std::vector<std::string_view> options_of(const std::string& value) {
  auto options = split(value, ';');
  std::erase(options, std::string_view());
  return options;
}

bool holds_option(const std::vector<std::string_view>& options, const std::string& wanted) {
  return std::find(options.begin(), options.end(), wanted) != options.end();
}

}  // namespace

std::int64_t TimeBound::at(Instant now) const {
  constexpr std::int64_t day_ms = 86'400'000;
  const auto now_ms = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  switch (from) {
    case From::epoch:
      return offset_ms;
    case From::now:
      return now_ms + units * day_ms + offset_ms;
    default:
      return ms_of(start_of(from, std::chrono::floor<days>(now), units)) + offset_ms;
  }
}

bool Judgement::matches(const ListBranch& branch, const Record& record) const {
  switch (branch.kind) {
    case ListBranch::Kind::any:
      return matches_inside(branch, record, true);
    case ListBranch::Kind::all:
      return matches_inside(branch, record, false);
    case ListBranch::Kind::not_all:
      return !matches_inside(branch, record, false);
    case ListBranch::Kind::not_any:
      return !matches_inside(branch, record, true);
    case ListBranch::Kind::associated:
    case ListBranch::Kind::by_property:
      return matches_associated(branch, record);
    case ListBranch::Kind::never:
      break;
  }
  return false;
}

bool Judgement::matches_inside(const ListBranch& branch, const Record& record, bool any) const {
  for (const ListTest& test : branch.tests) {
    if (matches_test(test, record) == any) {
      return any;
    }
  }
  for (const ListBranch& inner : branch.branches) {
    if (matches(inner, record) == any) {
      return any;
    }
  }
  return !any;
}

std::vector<ObjectId> Judgement::associated(const Record& record, TypeIndex to, int type) const {
  std::vector<ObjectId> ids;
  for (const auto& item : portal.associations().list({record.type, record.id}, to, 0, SIZE_MAX)) {
    const bool wanted = type == 0 || std::find(item.type_ids.begin(), item.type_ids.end(), type) !=
                                         item.type_ids.end();
    if (wanted) {
      ids.push_back(item.to_id);
    }
  }
  return ids;
}

bool Judgement::matches_associated(const ListBranch& branch, const Record& record) const {
  std::vector<ObjectId> ids;
  if (branch.kind == ListBranch::Kind::associated) {
    ids = associated(record, branch.to_type, branch.association_type);
  } else if (const auto value = portal.value_of(record, branch.property)) {
    ids.push_back(parse_uint(*value).value_or(0));
  }
  return std::any_of(ids.begin(), ids.end(), [&](ObjectId id) {
    const RecordPtr other = portal.find(branch.to_type, id);
    return other && !other->archived && matches_inside(branch, *other, false);
  });
}

bool Judgement::matches_test(const ListTest& test, const Record& record) const {
  switch (test.kind) {
    case ListTest::Kind::never:
      return false;
    case ListTest::Kind::constant:
      return !test.negated;
    case ListTest::Kind::property:
      return matches_property(test.property, record);
    case ListTest::Kind::in_list:
      return lists.member(test.list_id, record.type, record.id) != test.negated;
    case ListTest::Kind::associated_in_list: {
      const auto ids = associated(record, *test.to_type, test.association_type);
      const bool found = std::any_of(ids.begin(), ids.end(), [&](ObjectId id) {
        return lists.member(test.list_id, *test.to_type, id);
      });
      return found != test.negated;
    }
    case ListTest::Kind::count: {
      const std::size_t count = associated(record, *test.to_type, test.association_type).size();
      return count >= test.at_least && count <= test.at_most;
    }
  }
  return false;
}

bool Judgement::matches_property(const PropertyTest& test, const Record& record) const {
  const auto value = portal.value_of(record, test.property);
  const bool set = value && !value->empty();
  if (test.how == PropertyTest::How::known) {
    return set != test.negated;
  }
  return set ? compares(test, *value, record) != test.negated : test.unset_matches;
}

bool Judgement::is_between(const PropertyTest& test, double value) const {
  const auto low =
      test.low_time ? std::optional(static_cast<double>(test.low_time->at(now))) : test.low;
  const auto high =
      test.high_time ? std::optional(static_cast<double>(test.high_time->at(now))) : test.high;
  const bool above = !low || (test.low_open ? value > *low : value >= *low);
  const bool below = !high || (test.high_open ? value < *high : value <= *high);
  return above && below;
}

bool Judgement::compares(const PropertyTest& test, const std::string& value,
                         const Record& record) const {
  using How = PropertyTest::How;
  const auto number = is_textual(test.kind) ? std::nullopt : as_number(test.kind, value);
  const std::string text = is_textual(test.kind) ? to_lower(value) : value;
  switch (test.how) {
    case How::equal:
      return number ? std::find(test.numbers.begin(), test.numbers.end(), *number) !=
                          test.numbers.end()
                    : any_text(test.texts, [&](const auto& wanted) { return text == wanted; });
    case How::contains:
      return any_text(test.texts,
                      [&](const auto& wanted) { return text.find(wanted) != std::string::npos; });
    case How::starts:
      return any_text(test.texts, [&](const auto& wanted) { return text.starts_with(wanted); });
    case How::ends:
      return any_text(test.texts, [&](const auto& wanted) { return text.ends_with(wanted); });
    case How::any_of: {
      const auto options = options_of(value);
      return any_text(test.texts,
                      [&](const auto& wanted) { return holds_option(options, wanted); });
    }
    case How::exactly:
    case How::contains_all: {
      const auto options = options_of(value);
      const bool all = std::all_of(test.texts.begin(), test.texts.end(), [&](const auto& wanted) {
        return holds_option(options, wanted);
      });
      return all && (test.how == How::contains_all || options.size() == test.texts.size());
    }
    case How::between:
      return number && is_between(test, *number);
    case How::before_property:
    case How::after_property: {
      const auto other = portal.value_of(record, test.other);
      const auto bound = other ? as_number(test.kind, *other) : std::nullopt;
      return number && bound &&
             (test.how == How::before_property ? *number < *bound : *number > *bound);
    }
    case How::known:
      break;
  }
  return false;
}

}  // namespace hubsim::portal
