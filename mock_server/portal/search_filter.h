// FilterTest: one filter of a search made ready, so that its texts are read once and not once a
// record. The operators with their rules on case, types and missing values (reference 5).
// Threads: under the portal's lock; holds views of the filter, which must outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/rules/options.h"
#include "mock_server/portal/associations.h"
#include "mock_server/portal/search.h"
#include "mock_server/portal/search_values.h"
#include "mock_server/portal/tokens.h"

namespace hubsim::portal {

class FilterTest {
 public:
  FilterTest(const Portal& portal, const ObjectType& type, const Filter& filter);

  [[nodiscard]] bool matches(const Record& record) const;
  /// Ids of the records that can match an association filter, in order; nothing: any could.
  [[nodiscard]] const std::optional<std::vector<ObjectId>>& associated_ids() const noexcept {
    return ids_;
  }
  /// Of a token filter; nothing for others.
  [[nodiscard]] const std::optional<TokenPattern>& tokens() const noexcept { return tokens_; }

 private:
  struct Cell {
    const std::string* text = nullptr;  ///< nullptr where only the number is known
    std::string own;
    std::optional<double> number;
  };
  /// Nothing where the record has no value.
  [[nodiscard]] bool read(const Record& record, Cell& cell) const;
  [[nodiscard]] bool matches_association(const Record& record) const;
  [[nodiscard]] bool matches_set(const Cell& cell) const;
  [[nodiscard]] bool equals(const Cell& cell, std::string_view wanted,
                            std::optional<double> number) const;
  [[nodiscard]] bool equals_text(std::string_view value, std::string_view wanted) const;
  [[nodiscard]] bool in_list(const Cell& cell) const;
  [[nodiscard]] bool has_token(const Cell& cell) const;
  /// -1, 0, 1, or 2 where the two cannot be compared.
  [[nodiscard]] int compare(const Cell& cell, std::string_view text,
                            std::optional<double> number) const;
  void find_associated();
  [[nodiscard]] std::vector<ObjectId> seen_partners(Endpoint from, TypeIndex type) const;

  const Portal& portal_;
  const ObjectType& type_;
  const Filter& filter_;
  const hubspot::Options& options_;
  Derived derived_ = Derived::no;
  ValueKind kind_ = ValueKind::text;
  std::optional<double> number_;
  std::optional<double> high_;
  std::vector<std::optional<double>> numbers_;
  std::optional<TokenPattern> tokens_;
  std::optional<std::vector<ObjectId>> ids_;
};

}  // namespace hubsim::portal
