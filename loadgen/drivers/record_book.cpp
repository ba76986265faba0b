#include "loadgen/drivers/record_book.h"

#include <algorithm>
#include <cmath>

#include "common/base/text.h"
#include "common/config/fields.h"

namespace hubsim::loadgen {

namespace {

constexpr int max_tries = 64;
constexpr double hot_picks = 0.9;

std::optional<std::string_view> argument_of(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || !text.substr(name.size()).starts_with('(') ||
      !text.ends_with(')')) {
    return std::nullopt;
  }
  return trim(text.substr(name.size() + 1, text.size() - name.size() - 2));
}

std::size_t zipf_place(std::size_t count, double s, double u) {
  // Inverse of the continuous distribution with density x^-s on [1, count + 1).
  const double n = static_cast<double>(count) + 1;
  const double x = std::abs(s - 1) < 1e-9 ? std::pow(n, u)
                                          : std::pow((std::pow(n, 1 - s) - 1) * u + 1, 1 / (1 - s));
  return std::min(static_cast<std::size_t>(x) - 1, count - 1);
}

}  // namespace

Result<PickRule> PickRule::parse(std::string_view text) {
  if (text == "uniform") {
    return PickRule{};
  }
  if (const auto inner = argument_of(text, "zipf")) {
    const auto s = parse_double(*inner);
    if (s && *s > 0 && *s <= 10) {
      return PickRule{Shape::zipf, *s};
    }
  }
  if (const auto inner = argument_of(text, "hot")) {
    const auto share = config::parse_share(Json(std::string(*inner)));
    if (share && *share > 0) {
      return PickRule{Shape::hot, *share};
    }
  }
  return Failure{"'" + std::string(text) +
                 "' is no way to pick: write uniform, zipf(1.1) or hot(5%)"};
}

std::size_t PickRule::place(std::size_t count, Prng& prng) const {
  HUBSIM_ASSERT(count > 0);
  switch (shape) {
    case Shape::uniform:
      return prng.below(count);
    case Shape::zipf:
      return zipf_place(count, parameter, prng.uniform());
    case Shape::hot: {
      const auto hot = static_cast<std::size_t>(std::ceil(parameter * static_cast<double>(count)));
      const bool in_hot = prng.uniform() < hot_picks;
      return prng.below(in_hot ? std::clamp<std::size_t>(hot, 1, count) : count);
    }
  }
  return 0;
}

void RecordBook::add_known(std::string id) {
  if (records_.size() < max_records) {
    records_.push_back({std::move(id)});
    ++living_;
  }
}

std::optional<std::size_t> RecordBook::add_created(std::uint64_t index) {
  if (records_.size() >= max_records) {
    return std::nullopt;
  }
  records_.push_back({"", index + settle_arrivals, index + settle_arrivals, 0});
  ++living_;
  return records_.size() - 1;
}

std::optional<std::size_t> RecordBook::find(const PickRule& rule, std::uint64_t index,
                                            bool to_archive, Prng& prng) const {
  const auto fits = [&](const Record& record) {
    return !record.gone && !record.id.empty() && index >= record.usable_from &&
           record.picked_by != index + 1 && (!to_archive || index >= record.archive_from);
  };
  if (living_ == 0) {
    return std::nullopt;
  }
  std::size_t place = 0;
  for (int i = 0; i < max_tries; ++i) {
    place = rule.place(records_.size(), prng);
    if (fits(records_[place])) {
      return place;
    }
  }
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const std::size_t candidate = (place + i) % records_.size();
    if (fits(records_[candidate])) {
      return candidate;
    }
  }
  return std::nullopt;
}

std::string RecordBook::pick(const PickRule& rule, std::uint64_t index, Prng& prng) {
  const auto place = find(rule, index, false, prng);
  if (!place) {
    return "";
  }
  records_[*place].archive_from = index + quiet_arrivals;
  records_[*place].picked_by = index + 1;
  return records_[*place].id;
}

std::string RecordBook::pick_to_archive(const PickRule& rule, std::uint64_t index, Prng& prng) {
  const auto place = find(rule, index, true, prng);
  if (!place) {
    return "";
  }
  records_[*place].gone = true;
  --living_;
  return records_[*place].id;
}

}  // namespace hubsim::loadgen
