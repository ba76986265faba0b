// Currencies: the company currency of a portal, and the exchange rates from others to it, each in
// effect from an instant on. A part of the portal, because amounts of deals follow from it.
// Threads: guarded by the portal's lock. Invariant: rates stay when the company currency changes;
// those to another one are not current.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;

struct ExchangeRate {
  std::uint64_t id = 0;
  std::string from;
  std::string to;
  std::string rate;  ///< decimal, as HubSpot keeps it: at most six digits behind the point
  Instant effective{};
  Instant created{};
  Instant updated{};
  bool visible = true;
};

class Currencies : public PartOf<Currencies> {
 public:
  static constexpr std::size_t max_rates = 10'000;
  explicit Currencies(const Portal& portal);

  [[nodiscard]] const std::string& company() const noexcept { return company_; }
  [[nodiscard]] Instant company_since() const noexcept { return since_; }
  void set_company(std::string code, Instant now);

  /// By id, in order of creation.
  [[nodiscard]] std::map<std::uint64_t, ExchangeRate>& rates() noexcept { return rates_; }
  [[nodiscard]] const std::map<std::uint64_t, ExchangeRate>& rates() const noexcept {
    return rates_;
  }
  /// nullptr: there are too many.
  ExchangeRate* add(ExchangeRate rate);
  /// The latest that is in effect, to the company currency; nullptr: none.
  [[nodiscard]] const ExchangeRate* current(std::string_view from, Instant now) const;
  /// The current one of each currency.
  [[nodiscard]] std::vector<const ExchangeRate*> all_current(Instant now) const;

  /// Rates kept by HubSpot itself, from when the first currency was added with them.
  [[nodiscard]] bool central() const noexcept { return central_; }
  void set_central() noexcept { central_ = true; }

 private:
  std::string company_ = "USD";
  Instant since_{};
  std::map<std::uint64_t, ExchangeRate> rates_;
  std::uint64_t last_ = 8'000'000;
  bool central_ = false;
};

}  // namespace hubsim::portal
