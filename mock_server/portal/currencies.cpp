#include "mock_server/portal/currencies.h"

#include "mock_server/portal/portal.h"

namespace hubsim::portal {

Currencies::Currencies(const Portal& portal)
    : since_(portal.owners().empty() ? Instant{} : portal.owners().front().created_at) {}

void Currencies::set_company(std::string code, Instant now) {
  company_ = std::move(code);
  since_ = now;
}

ExchangeRate* Currencies::add(ExchangeRate rate) {
  if (rates_.size() >= max_rates) {
    return nullptr;
  }
  rate.id = ++last_;
  return &(rates_[rate.id] = std::move(rate));
}

const ExchangeRate* Currencies::current(std::string_view from, Instant now) const {
  const ExchangeRate* best = nullptr;
  for (const auto& [id, rate] : rates_) {
    if (rate.from == from && rate.to == company_ && rate.effective <= now &&
        (best == nullptr || rate.effective >= best->effective)) {
      best = &rate;
    }
  }
  return best;
}

std::vector<const ExchangeRate*> Currencies::all_current(Instant now) const {
  std::map<std::string_view, const ExchangeRate*> best;
  for (const auto& [id, rate] : rates_) {
    if (rate.to != company_ || rate.effective > now) {
      continue;
    }
    const ExchangeRate*& known = best[rate.from];
    known = known == nullptr || rate.effective >= known->effective ? &rate : known;
  }
  std::vector<const ExchangeRate*> all;
  for (const auto& [from, rate] : best) {
    all.push_back(rate);
  }
  return all;
}

}  // namespace hubsim::portal
