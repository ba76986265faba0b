// Prober: makes a valid call of any operation of the catalogue from its row alone: what must be
// there before (owners, the item) is made through the API's own calls, the body is an example of
// its shape. So that every operation has a case without anybody writing it.
// Threads: one at a time. Lifetime: target and rows outlive it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/runner/target.h"
#include "hubspot/catalogue/catalogue.h"

namespace hubsim::contract {

class Prober {
 public:
  Prober(Target& target, std::span<const hubspot::OperationRow> rows);

  /// What is wrong with the answer to a plain call of that operation; "" when nothing is.
  [[nodiscard]] std::string probe(const hubspot::OperationRow& row);
  /// create → read → list → update → delete of a resource in one version; "" when it holds.
  struct RoundTrip {
    std::string_view resource;
    std::string_view version;
  };
  [[nodiscard]] std::string play(const RoundTrip& trip);
  /// Those that have at least create and read.
  [[nodiscard]] std::vector<RoundTrip> round_trips() const;

  /// The call alone, with what it needs made before.
  [[nodiscard]] http::Request request_for(const hubspot::OperationRow& row);

 private:
  using Row = hubspot::OperationRow;
  using Values = std::map<std::string, std::string, std::less<>>;
  /// Rows of one resource in one version.
  struct Group {
    std::vector<const Row*> rows;
    [[nodiscard]] const Row* find(hubspot::Role role) const;
    [[nodiscard]] const Row* creator() const;
  };
  [[nodiscard]] const Group* group(std::string_view resource, std::string_view version) const;
  [[nodiscard]] Values owners_of(const Row& row);
  [[nodiscard]] std::string existing_id(const Row& row, const Values& owners);
  [[nodiscard]] std::string made_id(const Row& creator, const Values& values,
                                    std::string_view id_param);
  [[nodiscard]] std::string listed_id(const Row& list, const Values& values,
                                      std::string_view id_param);
  /// Live calls see what was published, itself and what owns it.
  void publish(const Row& row, const Values& values, const std::string& id);
  [[nodiscard]] const Row* starter_of(const Row& status) const;
  [[nodiscard]] std::string plain_value(std::string_view param) const;
  [[nodiscard]] http::Request build(const Row& row, const Values& values, const std::string& id);
  [[nodiscard]] Result<http::Response> send(const http::Request& request);
  [[nodiscard]] std::string judge(const Row& row, const http::Response& response) const;

  struct Trip;
  [[nodiscard]] std::string create(Trip& trip);
  [[nodiscard]] std::string read(Trip& trip, bool is_there);
  [[nodiscard]] std::string list(Trip& trip, bool is_there);
  [[nodiscard]] std::string update(Trip& trip);
  [[nodiscard]] std::string remove(Trip& trip);

  Target& target_;
  std::span<const hubspot::OperationRow> rows_;
  std::map<std::pair<std::string_view, std::string_view>, Group> groups_;
  Variables names_;
  std::uint64_t count_ = 0;  ///< makes examples differ
  std::string trouble_;      ///< what went wrong while the items of the present call were made
};

}  // namespace hubsim::contract
