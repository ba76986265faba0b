// Business units (brands) of a user. The account's brands are an option: HubSpot has no call that
// makes one (behaviour reference 7). Who they are open to is not modelled: every user sees all.
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/answer.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

struct Brand {
  std::string_view id;
  std::string_view name;
  std::string_view logo;
};
/// The account itself is brand 0 (R 2026 businessUnitId "0"); further ones have numbers of theirs.
constexpr std::array<Brand, 3> brands{{{"0", "Default brand", "default"},
                                       {"2083419", "Second brand", "second"},
                                       {"2083420", "Third brand", "third"}}};

std::size_t brand_count(const portal::Portal& portal) {
  const std::string_view value = portal.options().value(hubspot::Option::settings_business_units);
  return value == "three" ? brands.size() : value == "one" ? 1 : 0;
}

Json render_brand(const Brand& brand, bool with_logo) {
  Json out{{"id", brand.id}, {"name", brand.name}};
  if (with_logo) {
    const std::string url = "https://example.com/brands/" + std::string(brand.logo) + ".png";
    out["logoMetadata"] = {
        {"logoAltText", brand.name}, {"logoUrl", url}, {"resizedUrl", url + "?width=120"}};
  }
  return out;
}

bool is_wanted(const std::vector<std::string>& names, const Brand& brand) {
  return names.empty() || std::find(names.begin(), names.end(), brand.name) != names.end();
}

/// U: a user that the account does not have is 404.
Reply run_read(Context& context) {
  const auto id = parse_uint(context.param("userId"));
  const auto& owners = context.portal.owners();
  const bool known = std::any_of(owners.begin(), owners.end(), [&](const portal::Owner& owner) {
    return id && owner.user_id == *id && !owner.archived;
  });
  if (!known) {
    return fail(context, id ? hubspot::object_not_found() : hubspot::bad_path_parameter("userId"));
  }
  const auto properties = context.query.list("properties");
  const bool with_logo =
      std::find(properties.begin(), properties.end(), "logoMetadata") != properties.end();
  const auto names = context.query.list("name");
  std::vector<Brand> found;
  std::copy_if(
      brands.begin(), brands.begin() + static_cast<std::ptrdiff_t>(brand_count(context.portal)),
      std::back_inserter(found), [&](const Brand& brand) { return is_wanted(names, brand); });
  return answer_results(found, [&](std::string& out, const Brand& brand) {
    out += json::dump(render_brand(brand, with_logo));
  });
}

}  // namespace

void register_settings_business_units(OperationRegistry& registry);
void register_settings_business_units(OperationRegistry& registry) {
  registry.add({"business_units.public.business_units.user.read", run_read, path_key});
}

}  // namespace hubsim::operations
