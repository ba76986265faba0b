#include "mock_server/portal/sample_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "common/base/text.h"
#include "common/random/prng.h"

namespace hubsim::portal {

namespace {

constexpr std::array<std::string_view, 32> first_names{
    "Ada",   "Ben",   "Chiara", "David",      "Elena", "Farid",   "Grace", "Hugo",
    "Ines",  "Jonas", "Kofi",   "Lena",       "Marek", "Nora",    "Omar",  "Priya",
    "Quinn", "Rosa",  "Sven",   "Tara",       "Umut",  "Vera",    "Wei",   "Yuki",
    "Zoë",   "José",  "Łukasz", "Anne-Marie", "Björn", "Siobhán", "Ngozi", "Xóchitl"};
constexpr std::array<std::string_view, 32> last_names{
    "Almeida",    "Berger",      "Castro", "Dubois",   "Eriksen",      "Fischer", "Garcia",
    "Haddad",     "Ivanova",     "Jensen", "Kowalski", "Lindqvist",    "Moreau",  "Novak",
    "Okafor",     "Patel",       "Rossi",  "Schmidt",  "Tanaka",       "Ueda",    "Virtanen",
    "Weber",      "Yilmaz",      "Zhang",  "O'Neill",  "van der Berg", "Müller",  "Smith-Jones",
    "de la Cruz", "Søndergaard", "Nguyễn", "Lee"};
constexpr std::array<std::string_view, 16> cities{
    "Berlin", "Lyon",  "Porto", "Krakow",  "Dublin", "Boston",  "Austin", "Toronto",
    "Osaka",  "Lagos", "Pune",  "Utrecht", "Ghent",  "Bologna", "Malmo",  "Cork"};
constexpr std::array<std::string_view, 12> jobs{
    "Engineer", "Buyer", "Accountant", "Designer", "Head of Sales", "Analyst",
    "Founder",  "Nurse", "Teacher",    "Planner",  "Operator",      "Researcher"};
constexpr std::array<std::string_view, 16> company_words{
    "Northwind", "Bluefin", "Cedar",   "Delta", "Ember",  "Foxglove", "Granite", "Harbour",
    "Iris",      "Juniper", "Kestrel", "Lumen", "Meadow", "Nimbus",   "Orchard", "Pioneer"};
constexpr std::array<std::string_view, 6> company_kinds{"Ltd",  "Inc.",   "GmbH",
                                                        "Labs", "& Sons", "Group"};
constexpr std::array<std::string_view, 5> lifecycle{"subscriber", "lead", "marketingqualifiedlead",
                                                    "opportunity", "customer"};
constexpr std::array<std::string_view, 7> deal_stages{"appointmentscheduled",
                                                      "qualifiedtobuy",
                                                      "presentationscheduled",
                                                      "decisionmakerboughtin",
                                                      "contractsent",
                                                      "closedwon",
                                                      "closedlost"};
constexpr std::array<std::string_view, 4> topics{"cannot log in", "asks for an invoice",
                                                 "reports an error", "wants a refund"};
constexpr std::array<std::string_view, 3> priorities{"LOW", "MEDIUM", "HIGH"};

/// Employers that the sample people have when the portal has no companies.
constexpr std::size_t imagined_companies = 500;
/// Imports write this many records at one instant at most: ties in lastmodifieddate. People write
/// one by one: one arrival in this many is an import, so that a quarter of the records are tied.
constexpr std::uint64_t longest_burst = 500;
constexpr std::uint64_t arrivals_an_import = 750;
constexpr std::chrono::hours history{24 * 90};

template <std::size_t N>
std::string_view pick(Prng& prng, const std::array<std::string_view, N>& from) {
  return from[prng.below(N)];
}

/// A rank below `count`, the first ones far more often: P(k) is about 1/k.
std::size_t zipf(Prng& prng, std::size_t count) {
  const double rank = std::exp(prng.uniform() * std::log(static_cast<double>(count) + 1.0)) - 1.0;
  return std::min(static_cast<std::size_t>(rank), count - 1);
}

struct CompanyName {
  std::string name;
  std::string domain;
  std::string city;
};
/// What the sample company of that number is called, whether it is in the portal or not.
CompanyName company_name(std::uint64_t seed, std::size_t number) {
  Prng prng = keyed_prng(seed, {"company", std::string_view(fmt::format_int(number).c_str())});
  const std::string_view word = pick(prng, company_words);
  return {.name = fmt::format("{} {} {}", word, number, pick(prng, company_kinds)),
          .domain = fmt::format("{}-{}.example.com", to_lower(word), number),
          .city = std::string(pick(prng, cities))};
}

/// ASCII letters and digits only, lower case: the local part of a usual e-mail address.
std::string mail_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    const char lower = to_lower_ascii(c);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      part.push_back(lower);
    }
  }
  return part;
}

std::string upper(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

/// As people and old systems write them; HubSpot trims and lowers what it is given.
std::string email_of(Prng& prng, std::string_view first, std::string_view last,
                     const std::string& domain, std::size_t number) {
  const std::string plain = fmt::format("{}.{}.{}", mail_part(first), mail_part(last), number);
  switch (prng.below(50)) {
    case 0:
      return fmt::format("  {}@{} ", plain, domain);
    case 1:
      return fmt::format("{}.{}.{}@{}", mail_part(first), upper(mail_part(last)), number,
                         upper(domain));
    case 2:
      return fmt::format("{}+newsletter@{}", plain, domain);
    case 3:
      return fmt::format("office.{}@{}", number, domain);
    case 4:
    case 5:
    case 6:
      return plain + "@gmail.com";
    default:
      return fmt::format("{}@{}", plain, domain);
  }
}

/// Most have it; of the others it was never known: null.
void add_if_known(PropertyWrites& writes, Prng& prng, std::string_view name, std::string value) {
  if (prng.below(100) < 90) {
    writes.emplace_back(name, std::move(value));
  }
}

/// What a clean-up took away again: the value is empty then, not null.
PropertyWrites cleared(Prng& prng, const PropertyWrites& writes) {
  PropertyWrites gone;
  for (const auto& [name, value] : writes) {
    const bool kept = name == "email" || name == "lastname" || name == "lifecyclestage";
    if (!kept && prng.below(3) == 0) {
      gone.emplace_back(name, "");
    }
  }
  return gone;
}

/// Makes the records of one call; what they share is looked up once.
class Generator {
 public:
  Generator(Portal& portal, std::uint64_t seed) : portal_(portal), seed_(seed) {
    companies_ = count_of("companies", company_type_);
    contacts_ = count_of("contacts", contact_type_);
    if (const ObjectType* type = portal.find_type("companies")) {
      domain_ = type->property_index("domain");
    }
  }

  bool make(TypeIndex type, std::size_t number, const WriteContext& context) {
    const std::string& plural = portal_.type(type).fact().plural;
    Prng prng = keyed_prng(seed_, {plural, std::string_view(fmt::format_int(number).c_str())});
    partners_.clear();
    const PropertyWrites writes = writes_of(plural, prng, number);
    auto record = portal_.create(type, writes, context);
    if (!record.ok()) {
      return false;
    }
    if (type == contact_type_ && prng.below(12) == 0) {
      (void)portal_.update(type, (*record)->id, cleared(prng, writes), context);
    }
    for (const Endpoint& partner : partners_) {
      tie({type, (*record)->id}, partner);
    }
    return true;
  }

 private:
  PropertyWrites writes_of(std::string_view plural, Prng& prng, std::size_t number) {
    if (plural == "contacts") {
      return contact(prng, number);
    }
    if (plural == "companies") {
      return company(prng, number);
    }
    if (plural == "deals") {
      return deal(prng, number);
    }
    if (plural == "tickets") {
      return ticket(prng, number);
    }
    return other(plural, prng, number);
  }

  std::size_t count_of(std::string_view name, TypeIndex& index) const {
    const ObjectType* type = portal_.find_type(name);
    if (type == nullptr) {
      return 0;
    }
    index = type->index();
    return portal_.store(index).slots().size();
  }

  /// The sample company of that number, when it is in the portal and still what it was.
  [[nodiscard]] RecordPtr company_record(std::size_t number, const CompanyName& name) const {
    if (number >= companies_ || !domain_) {
      return nullptr;
    }
    const RecordPtr& record = portal_.store(company_type_).slots()[number];
    const std::string* domain = record->value(*domain_);
    return !record->archived && domain != nullptr && *domain == name.domain ? record : nullptr;
  }

  PropertyWrites contact(Prng& prng, std::size_t number) {
    const std::string_view first = pick(prng, first_names);
    const std::string_view last = pick(prng, last_names);
    const std::size_t employer = zipf(prng, companies_ > 0 ? companies_ : imagined_companies);
    const CompanyName company = company_name(seed_, employer);
    PropertyWrites writes;
    writes.reserve(12);
    if (prng.below(100) >= 2) {  // the others are known by name only
      writes.emplace_back("email", email_of(prng, first, last, company.domain, number));
    }
    writes.emplace_back("firstname", first);
    writes.emplace_back("lastname", last);
    add_if_known(writes, prng, "phone", fmt::format("+1 555 {:07}", prng.below(10'000'000)));
    add_if_known(writes, prng, "company", company.name);
    add_if_known(writes, prng, "city", company.city);
    add_if_known(writes, prng, "jobtitle", std::string(pick(prng, jobs)));
    writes.emplace_back("lifecyclestage", lifecycle[zipf(prng, lifecycle.size())]);
    add_if_known(writes, prng, "zip", fmt::format("{:05}", prng.below(100'000)));
    add_if_known(writes, prng, "address", fmt::format("{} Main Street", 1 + prng.below(400)));
    add_if_known(writes, prng, "website", "https://www." + company.domain);
    if (const RecordPtr record = company_record(employer, company); record && prng.below(10) > 0) {
      partners_.push_back({company_type_, record->id});
    }
    return writes;
  }

  PropertyWrites company(Prng& prng, std::size_t number) const {
    const CompanyName company = company_name(seed_, number);
    PropertyWrites writes{{"name", company.name}, {"domain", company.domain}};
    add_if_known(writes, prng, "city", company.city);
    add_if_known(writes, prng, "phone", fmt::format("+1 555 {:07}", prng.below(10'000'000)));
    // The first ones employ most: the same law as their contacts follow.
    add_if_known(writes, prng, "numberofemployees", std::to_string(1 + 50'000 / (number + 1)));
    return writes;
  }

  /// A contact of the portal and, where it has one, its company.
  void pick_customer(Prng& prng) {
    if (contacts_ == 0) {
      return;
    }
    const RecordPtr record = portal_.resolve(
        contact_type_, portal_.store(contact_type_).slots()[prng.below(contacts_)]->id);
    if (!record || record->archived) {
      return;
    }
    partners_.push_back({contact_type_, record->id});
    const auto companies =
        portal_.associations().list({contact_type_, record->id}, company_type_, 0, 1);
    if (!companies.empty()) {
      partners_.push_back({company_type_, companies.front().to_id});
    }
  }

  PropertyWrites deal(Prng& prng, std::size_t number) {
    pick_customer(prng);
    const double amount = std::exp(8.0 + 1.2 * prng.normal());
    PropertyWrites writes{
        {"dealname", fmt::format("{} order {}", pick(prng, company_words), number)},
        {"pipeline", "default"},
        {"dealstage", std::string(pick(prng, deal_stages))}};
    add_if_known(writes, prng, "amount", fmt::format("{:.2f}", amount));
    return writes;
  }

  PropertyWrites ticket(Prng& prng, std::size_t number) {
    pick_customer(prng);
    PropertyWrites writes{
        {"subject", fmt::format("{} {} ({})", pick(prng, first_names), pick(prng, topics), number)},
        {"hs_pipeline", "0"},
        {"hs_pipeline_stage", std::to_string(1 + zipf(prng, 4))}};
    add_if_known(writes, prng, "content", "Please call back.");
    add_if_known(writes, prng, "hs_ticket_priority", std::string(pick(prng, priorities)));
    return writes;
  }

  /// Any other type: its first text property, where it has one to write.
  PropertyWrites other(std::string_view plural, Prng& prng, std::size_t number) const {
    const ObjectType* type = portal_.find_type(plural);
    for (const std::string_view name : {"name", "hs_name", "hs_title", "hs_note_body"}) {
      if (type != nullptr && type->property_index(name)) {
        return {{std::string(name), fmt::format("{} {}", pick(prng, company_words), number)}};
      }
    }
    return {};
  }

  /// With the unlabelled type, and, to a company, the primary one too. Not in the history: it is
  /// the state that the history begins with.
  void tie(Endpoint from, Endpoint to) {
    for (const hubspot::AssociationTypeFact* fact : types_between(from.type, to.type)) {
      portal_.associations().add({from, to, fact->type_id, fact->inverse_type_id});
    }
  }

  const std::vector<const hubspot::AssociationTypeFact*>& types_between(TypeIndex from,
                                                                        TypeIndex to) {
    const auto [entry, fresh] = between_.try_emplace({from, to});
    if (fresh) {
      for (const auto& fact : portal_.facts().association_types) {
        const bool wanted = fact.label.empty() || (to == company_type_ && fact.label == "Primary");
        if (wanted && fact.from_type_id == portal_.type(from).fact().type_id &&
            fact.to_type_id == portal_.type(to).fact().type_id) {
          entry->second.push_back(&fact);
        }
      }
    }
    return entry->second;
  }

  Portal& portal_;
  std::uint64_t seed_;
  TypeIndex company_type_ = 0;
  TypeIndex contact_type_ = 0;
  std::size_t companies_ = 0;
  std::size_t contacts_ = 0;
  std::optional<PropertyIndex> domain_;
  std::vector<Endpoint> partners_;
  std::map<std::pair<TypeIndex, TypeIndex>, std::vector<const hubspot::AssociationTypeFact*>>
      between_;
};

/// When the records come into being: bursts of one instant each, over half of what lies between the
/// last change and now, so that a later call finds room too.
class Arrivals {
 public:
  Arrivals(const Portal& portal, std::size_t count, Instant now) : count_(count) {
    const std::uint64_t sequence = portal.last_sequence();
    const auto last = portal.changes_after(sequence > 0 ? sequence - 1 : 0, 1);
    begin_ = last.empty() ? now - history : std::clamp(last.back().at, now - history, now);
    span_ = (now - begin_) / 2;
  }
  Instant next(Prng& prng) {
    if (left_ == 0) {
      left_ = prng.below(arrivals_an_import) == 0 ? 1 + prng.below(longest_burst) : 1;
      const double share = static_cast<double>(made_) / static_cast<double>(count_);
      const auto passed = std::chrono::duration<double, Duration::period>(span_) * share;
      at_ = begin_ + std::chrono::floor<std::chrono::milliseconds>(passed);
    }
    --left_;
    ++made_;
    return at_;
  }

 private:
  std::size_t count_;
  std::size_t made_ = 0;
  Instant begin_{};
  Duration span_{0};
  Instant at_{};
  std::uint64_t left_ = 0;
};

}  // namespace

std::size_t generate_records(Portal& portal, TypeIndex type, std::size_t count, std::uint64_t seed,
                             Instant now) {
  WriteContext context{
      .now = now, .source = {.change_source = "IMPORT", .source_id = "sample"}, .quiet = true};
  const std::size_t first = portal.store(type).slots().size();
  Generator generator(portal, seed);
  Arrivals arrivals(portal, count, now);
  Prng bursts = keyed_prng(seed, {"bursts", portal.type(type).fact().plural});
  std::size_t made = 0;
  for (std::size_t i = 0; i < count; ++i) {
    context.now = arrivals.next(bursts);
    made += generator.make(type, first + i, context) ? 1U : 0U;
  }
  return made;
}

std::size_t merge_duplicates(Portal& portal, TypeIndex type, std::size_t made, double share,
                             std::uint64_t seed) {
  const std::size_t end = portal.store(type).slots().size();
  const std::size_t begin = end - std::min(made, end);
  const auto last = portal.changes_after(portal.last_sequence() - 1, 1);
  if (begin == end || last.empty()) {
    return 0;
  }
  const WriteContext context{.now = last.back().at,
                             .source = {.change_source = "IMPORT", .source_id = "sample"},
                             .quiet = true};
  Prng prng = keyed_prng(seed, {"merges", std::string_view(fmt::format_int(begin).c_str())});
  const auto pairs = static_cast<std::size_t>(static_cast<double>(end - begin) * share);
  std::size_t merged = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto& slots = portal.store(type).slots();
    const ObjectId primary = slots[begin + prng.below(end - begin)]->id;
    const ObjectId other = slots[begin + prng.below(end - begin)]->id;
    // The same one twice, or two that were merged already, are no pair.
    merged += portal.merge(type, primary, other, context).ok() ? 1U : 0U;
  }
  return merged;
}

}  // namespace hubsim::portal
