#include "mock_server/portal/sample_data.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "common/random/prng.h"

namespace hubsim::portal {

namespace {

constexpr std::array<std::string_view, 24> first_names{
    "Ada",   "Ben",   "Chiara", "David", "Elena", "Farid", "Grace", "Hugo",
    "Ines",  "Jonas", "Kofi",   "Lena",  "Marek", "Nora",  "Omar",  "Priya",
    "Quinn", "Rosa",  "Sven",   "Tara",  "Umut",  "Vera",  "Wei",   "Yuki"};
constexpr std::array<std::string_view, 24> last_names{
    "Almeida", "Berger",  "Castro",   "Dubois",    "Eriksen",  "Fischer", "Garcia", "Haddad",
    "Ivanova", "Jensen",  "Kowalski", "Lindqvist", "Moreau",   "Novak",   "Okafor", "Patel",
    "Rossi",   "Schmidt", "Tanaka",   "Ueda",      "Virtanen", "Weber",   "Yilmaz", "Zhang"};
constexpr std::array<std::string_view, 16> cities{
    "Berlin", "Lyon",  "Porto", "Krakow",  "Dublin", "Boston",  "Austin", "Toronto",
    "Osaka",  "Lagos", "Pune",  "Utrecht", "Ghent",  "Bologna", "Malmo",  "Cork"};
constexpr std::array<std::string_view, 12> jobs{
    "Engineer", "Buyer", "Accountant", "Designer", "Head of Sales", "Analyst",
    "Founder",  "Nurse", "Teacher",    "Planner",  "Operator",      "Researcher"};
constexpr std::array<std::string_view, 16> company_words{
    "Northwind", "Bluefin", "Cedar",   "Delta", "Ember",  "Foxglove", "Granite", "Harbour",
    "Iris",      "Juniper", "Kestrel", "Lumen", "Meadow", "Nimbus",   "Orchard", "Pioneer"};
constexpr std::array<std::string_view, 5> stages{"subscriber", "lead", "marketingqualifiedlead",
                                                 "opportunity", "customer"};

template <std::size_t N>
std::string pick(Prng& prng, const std::array<std::string_view, N>& from) {
  return std::string(from[prng.below(N)]);
}

PropertyWrites contact(Prng& prng, std::size_t number) {
  const std::string first = pick(prng, first_names);
  const std::string last = pick(prng, last_names);
  return {{"email", fmt::format("{}.{}.{}@example.com", first, last, number)},
          {"firstname", first},
          {"lastname", last},
          {"phone", fmt::format("+1 555 {:07}", prng.below(10'000'000))},
          {"company", pick(prng, company_words)},
          {"city", pick(prng, cities)},
          {"jobtitle", pick(prng, jobs)},
          {"lifecyclestage", pick(prng, stages)},
          {"zip", fmt::format("{:05}", prng.below(100'000))},
          {"address", fmt::format("{} Main Street", 1 + prng.below(400))}};
}

PropertyWrites company(Prng& prng, std::size_t number) {
  const std::string word = pick(prng, company_words);
  return {{"name", fmt::format("{} {}", word, number)},
          {"domain", fmt::format("{}-{}.example.com", word, number)},
          {"city", pick(prng, cities)},
          {"phone", fmt::format("+1 555 {:07}", prng.below(10'000'000))}};
}

PropertyWrites deal(Prng& prng, std::size_t number) {
  return {{"dealname", fmt::format("{} order {}", pick(prng, company_words), number)},
          {"amount", std::to_string(100 + prng.below(100'000))},
          {"pipeline", "default"},
          {"dealstage", "appointmentscheduled"}};
}

PropertyWrites ticket(Prng& prng, std::size_t number) {
  return {{"subject", fmt::format("{} asks for help {}", pick(prng, first_names), number)},
          {"content", "Please call back."},
          {"hs_pipeline", "0"},
          {"hs_pipeline_stage", "1"}};
}

PropertyWrites sample(std::string_view plural, Prng& prng, std::size_t number) {
  if (plural == "contacts") {
    return contact(prng, number);
  }
  if (plural == "companies") {
    return company(prng, number);
  }
  return plural == "deals" ? deal(prng, number) : ticket(prng, number);
}

}  // namespace

std::size_t generate_records(Portal& portal, TypeIndex type, std::size_t count, std::uint64_t seed,
                             Instant now) {
  const std::string& plural = portal.type(type).fact().plural;
  const WriteContext context{
      .now = now, .source = {.change_source = "IMPORT", .source_id = "sample"}, .quiet = true};
  const std::size_t first = portal.store(type).slots().size();
  std::size_t made = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Prng prng = keyed_prng(seed, {plural, std::to_string(first + i)});
    made += portal.create(type, sample(plural, prng, first + i), context).ok() ? 1U : 0U;
  }
  return made;
}

}  // namespace hubsim::portal
