// ValueMaker: property values that name the write they come from: the driver and the arrival's
// index are in every text, so a value seen elsewhere tells which write it was. Enumerations cannot
// be unique; they take their options in turn.
// Threads: immutable once made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "hubspot/facts/facts.h"

namespace hubsim::loadgen {

class ValueMaker {
 public:
  ValueMaker(std::string driver_id, const hubspot::ObjectTypeFact& type);

  /// Says what is wrong with a property name, with the nearest known one.
  [[nodiscard]] Status<> check(std::string_view property) const;
  [[nodiscard]] std::string value(std::string_view property, std::uint64_t index) const;
  /// What a new record is given besides what the scenario sets.
  [[nodiscard]] std::vector<std::string> create_properties() const;

 private:
  [[nodiscard]] const hubspot::PropertyFact* find(std::string_view property) const;
  [[nodiscard]] std::string number_value(std::uint64_t index) const;

  std::string driver_id_;
  const hubspot::ObjectTypeFact& type_;
  std::uint64_t area_;  ///< of telephone numbers, by driver
};

}  // namespace hubsim::loadgen
