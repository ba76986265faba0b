#include "hubspot/facts/verbs.h"

#include <algorithm>
#include <array>

namespace hubsim::hubspot {

namespace {

struct VerbOperation {
  std::string_view id;
  Verb verb;
};
constexpr std::array<VerbOperation, 13> operations{
    {{"crm.objects.list", Verb::list},
     {"crm.objects.read", Verb::read},
     {"crm.objects.create", Verb::create},
     {"crm.objects.update", Verb::update},
     {"crm.objects.archive", Verb::archive},
     {"crm.objects.search", Verb::search},
     {"crm.objects.merge", Verb::merge},
     {"crm.objects.gdpr_delete", Verb::gdpr_delete},
     {"crm.objects.batch.create", Verb::batch_create},
     {"crm.objects.batch.read", Verb::batch_read},
     {"crm.objects.batch.update", Verb::batch_update},
     {"crm.objects.batch.upsert", Verb::batch_upsert},
     {"crm.objects.batch.archive", Verb::batch_archive}}};

}  // namespace

std::optional<Verb> verb_of(std::string_view operation_id) {
  const auto* found =
      std::find_if(operations.begin(), operations.end(),
                   [&](const VerbOperation& each) { return each.id == operation_id; });
  return found == operations.end() ? std::nullopt : std::optional(found->verb);
}

}  // namespace hubsim::hubspot
