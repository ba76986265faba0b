#include "hubspot/rules/scopes.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace hubsim::hubspot {

namespace {

struct ScopeName {
  std::string_view type_id;
  std::string_view name;    ///< instead of the plural
  std::string_view legacy;  ///< covers it as well; empty for none
};

/// Types whose scopes are not called after their plural (behaviour reference 1.5, D).
constexpr std::array<ScopeName, 18> names{{
    {"0-46", "contacts", ""},   // notes
    {"0-27", "contacts", ""},   // tasks
    {"0-48", "contacts", ""},   // calls
    {"0-47", "contacts", ""},   // meetings
    {"0-49", "contacts", ""},   // emails
    {"0-18", "contacts", ""},   // communications
    {"0-116", "contacts", ""},  // postal mail
    {"0-5", "tickets", "tickets"},
    {"0-7", "products", "e-commerce"},
    {"0-8", "line_items", "e-commerce"},
    {"0-14", "quotes", "e-commerce"},
    {"0-84", "line_items", "e-commerce"},  // discounts; this and the next two: inferred
    {"0-85", "line_items", "e-commerce"},  // fees
    {"0-86", "line_items", "e-commerce"},  // taxes
    {"0-101", "commercepayments", ""},
    {"0-74", "goals", ""},
    {"0-145", "partner-clients", ""},
    {"0-169", "partner-services", ""},
}};

constexpr std::string_view custom_types = "2-";

ScopeName name_of(const ObjectTypeFact& type) {
  const auto* found = std::find_if(names.begin(), names.end(), [&](const ScopeName& name) {
    return name.type_id == type.type_id;
  });
  if (found != names.end()) {
    return *found;
  }
  const bool custom = type.type_id.starts_with(custom_types);
  return {type.type_id, custom ? std::string_view("custom") : std::string_view(type.plural), ""};
}

constexpr std::array<std::string_view, 6> legacy_scopes{"e-commerce",
                                                        "tickets",
                                                        "crm.objects.goals.read",
                                                        "media_bridge.read",
                                                        "crm.objects.custom.read",
                                                        "crm.objects.custom.write"};

/// In the order of the recording (sensadrome 2024-10-20).
constexpr std::array<std::string_view, 31> granular_scopes{"crm.objects.commercepayments.read",
                                                           "crm.objects.invoices.read",
                                                           "crm.objects.carts.write",
                                                           "crm.objects.contacts.write",
                                                           "crm.objects.carts.read",
                                                           "crm.objects.subscriptions.read",
                                                           "crm.objects.appointments.read",
                                                           "crm.objects.line_items.read",
                                                           "crm.objects.appointments.write",
                                                           "crm.objects.line_items.write",
                                                           "crm.objects.listings.read",
                                                           "crm.objects.listings.write",
                                                           "crm.objects.quotes.write",
                                                           "crm.objects.services.read",
                                                           "crm.objects.quotes.read",
                                                           "crm.objects.services.write",
                                                           "crm.objects.leads.read",
                                                           "crm.objects.contacts.read",
                                                           "crm.objects.companies.read",
                                                           "crm.objects.leads.write",
                                                           "crm.objects.partner-clients.read",
                                                           "crm.objects.deals.read",
                                                           "crm.objects.courses.read",
                                                           "crm.objects.partner-clients.write",
                                                           "crm.objects.courses.write",
                                                           "crm.objects.deals.write",
                                                           "crm.objects.users.read",
                                                           "crm.objects.users.write",
                                                           "crm.objects.orders.write",
                                                           "crm.objects.orders.read",
                                                           "crm.objects.companies.write"};

}  // namespace

std::string_view scope_parameter(std::string_view pattern) noexcept {
  const auto open = pattern.find('{');
  const auto close = pattern.find('}');
  return open == std::string_view::npos || close == std::string_view::npos || close < open
             ? std::string_view()
             : pattern.substr(open + 1, close - open - 1);
}

void append_scopes(std::vector<std::string>& out, std::string_view pattern,
                   const ObjectTypeFact& type) {
  const auto open = pattern.find('{');
  const auto close = pattern.find('}');
  if (open == std::string_view::npos || close == std::string_view::npos) {
    out.emplace_back(pattern);
    return;
  }
  const ScopeName name = name_of(type);
  std::string scope(pattern.substr(0, open));
  scope.append(name.name).append(pattern.substr(close + 1));
  out.push_back(std::move(scope));
  if (!name.legacy.empty() && std::find(out.begin(), out.end(), name.legacy) == out.end()) {
    out.emplace_back(name.legacy);
  }
}

bool is_legacy_scope(std::string_view scope) noexcept {
  return std::find(legacy_scopes.begin(), legacy_scopes.end(), scope) != legacy_scopes.end();
}

ScopeLists every_object_scope() {
  return {{legacy_scopes.begin(), legacy_scopes.end()},
          {granular_scopes.begin(), granular_scopes.end()}};
}

}  // namespace hubsim::hubspot
