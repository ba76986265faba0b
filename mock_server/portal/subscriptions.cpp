#include "mock_server/portal/subscriptions.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

/// What a new account has; ids have HubSpot's magnitude.
constexpr std::uint64_t first_type_id = 106'000'000;

}  // namespace

SubscriptionBook::SubscriptionBook(const Portal& portal) : created_(portal.now()) {
  const std::uint64_t first = first_type_id + portal.config().portal_id % 1'000'000;
  types_ = {{first, "Marketing Information", "Marketing offers and updates.", "Marketing", "Email",
             false},
            {first + 1, "Customer Service Communication", "Feedback requests and service updates.",
             "Customer Service", "Email", false},
            {first + 2, "One to One", "One to One emails", "Sales", "Email", true}};
}

const SubscriptionType* SubscriptionBook::find(std::uint64_t id) const {
  const auto found = std::find_if(types_.begin(), types_.end(),
                                  [&](const SubscriptionType& type) { return type.id == id; });
  return found == types_.end() ? nullptr : &*found;
}

const SubscriptionBook::Address* SubscriptionBook::known(std::string_view address) const {
  const auto found = addresses_.find(to_lower(address));
  return found == addresses_.end() ? nullptr : &found->second;
}

SubscriptionBook::Address& SubscriptionBook::kept(std::string_view address) {
  std::string lower = to_lower(address);
  if (addresses_.size() >= max_addresses && !addresses_.contains(lower)) {
    addresses_.erase(addresses_.begin());
  }
  return addresses_[std::move(lower)];
}

std::optional<SubscriptionStatus> SubscriptionBook::status(std::string_view address,
                                                           std::uint64_t type) const {
  const Address* who = known(address);
  if (who == nullptr) {
    return std::nullopt;
  }
  if (who->opted_out) {
    return SubscriptionStatus{
        .subscribed = false, .source = "Unsubscribe from all", .at = *who->opted_out};
  }
  const auto said = who->statuses.find(type);
  return said == who->statuses.end() ? std::nullopt : std::optional(said->second);
}

std::optional<Instant> SubscriptionBook::opted_out(std::string_view address) const {
  const Address* who = known(address);
  return who == nullptr ? std::nullopt : who->opted_out;
}

SubscriptionBook::Outcome SubscriptionBook::set(std::string_view address, std::uint64_t type,
                                                SubscriptionStatus status) {
  const auto before = this->status(address, type);
  Address& who = kept(address);
  const bool wanted = status.subscribed;
  who.statuses[type] = std::move(status);
  if (wanted) {
    who.opted_out.reset();
  }
  if (before && before->subscribed == wanted) {
    return Outcome::unchanged;
  }
  return before && wanted ? Outcome::resubscribed : Outcome::changed;
}

void SubscriptionBook::opt_out(std::string_view address, Instant at) {
  Address& who = kept(address);
  who.opted_out = at;
  for (auto& [type, status] : who.statuses) {
    status.subscribed = false;
    status.at = at;
  }
}

}  // namespace hubsim::portal
