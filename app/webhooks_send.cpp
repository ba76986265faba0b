// `hubsim webhooks send`: one delivery made by hand, by the emitter's own event and request code.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/webhooks.h"
#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/facts/facts.h"
#include "hubspot/rules/signature.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/request.h"

namespace hubsim::app {

namespace {

using webhooks::EventKind;

constexpr const char* example =
    "TYPE: contact, company, deal, ticket, product, line_item or object, with .creation,\n"
    "      .deletion, .restore, .merge, .propertyChange or .associationChange; object.* takes a\n"
    "      type id: object.creation@0-3; contact.privacyDeletion; conversation.creation,\n"
    "      .deletion, .privacyDeletion, .propertyChange, .newMessage; event.completed:NAME\n"
    "example:\n"
    "  hubsim webhooks send contact.propertyChange --property email=ada@example.org \\\n"
    "       --to http://127.0.0.1:3000/webhooks\n"
    "  hubsim webhooks send deal.creation --forge wrong_secret --to "
    "http://127.0.0.1:3000/webhooks\n"
    "exit codes: 0 every answer was 2xx, 1 one was not, 2 usage, 4 nobody answers\n";

using Properties = std::vector<std::pair<std::string, std::string>>;

struct SendOptions {
  webhooks::Subscription subscription;
  webhooks::AppSettings settings;
  webhooks::TypeName type;
  webhooks::TypeName other_type;
  Properties properties;
  portal::Source source;
  std::uint64_t portal_id = 0;
  std::uint64_t object_id = 0;
  std::uint64_t other_id = 0;
  int association_type = 0;
  bool removed = false;
  std::vector<std::uint64_t> merged;
  webhooks::Message message;
  std::optional<std::uint64_t> event_id;
  int attempt = 0;
  std::size_t count = 1;
  std::size_t times = 1;
  std::optional<faults::Forgery> forgery;
  bool workflow_signature = false;  ///< v2
};

cxxopts::Options send_flags() {
  cxxopts::Options options("hubsim webhooks send", "Sends one signed delivery made by hand.");
  auto add = options.add_options();
  const auto text = [](const char* fallback) {
    return cxxopts::value<std::string>()->default_value(fallback);
  };
  const auto number = [](const char* fallback) {
    return cxxopts::value<std::uint64_t>()->default_value(fallback);
  };
  add("type", "event type", cxxopts::value<std::string>());
  add("to", "URL of the receiver; the signature is made for it", cxxopts::value<std::string>());
  add("secret", "the app's client secret (default: that of `hubsim mock`)",
      cxxopts::value<std::string>());
  add("property",
      "name=value, repeatable: one propertyChange event each (default: one of the type)",
      cxxopts::value<std::vector<std::string>>());
  add("object-id", "of the first event; the next ones count on", number("101"));
  add("with",
      "associations: the other record (default: company/201; contact/201 for companies, deal/201 "
      "for line items)",
      cxxopts::value<std::string>());
  add("removed", "associations: it was removed", cxxopts::value<bool>());
  add("merged", "merges: id of a record that went in, repeatable (default: 102)",
      cxxopts::value<std::vector<std::uint64_t>>());
  add("message", "newMessage: type/id (default: MESSAGE/301)", text("MESSAGE/301"));
  add("count", "objects in the delivery; at most 100 events in all", number("1"));
  add("times", "deliveries, one after the other", number("1"));
  add("attempt", "attemptNumber, from 0", cxxopts::value<int>()->default_value("0"));
  add("event-id", "of the first event (default: new ones); the same again is a duplicate",
      cxxopts::value<std::uint64_t>());
  add("source", "changeSource", text("CRM_UI"));
  add("source-id", "sourceId (default: userId:1; the app's id for API and INTEGRATION)",
      cxxopts::value<std::string>());
  add("portal-id", "(default: that of `hubsim mock`)", cxxopts::value<std::uint64_t>());
  add("app-id", "(default: that of `hubsim mock`)", cxxopts::value<std::uint64_t>());
  add("forge", "wrong_secret, wrong_signature, or stale_timestamp: rightly signed six minutes ago",
      cxxopts::value<std::string>());
  add("signature", "v1 (with v3, as app webhooks have), or v2 alone, as workflow webhooks have",
      text("v1"));
  add("timeout", "how long the receiver has", text("10s"));
  add_tls_flags(options);
  options.parse_positional({"type"});
  options.positional_help("TYPE");
  return options;
}

/// A change a receiver is likely to know, by singular name of the type.
std::pair<std::string, std::string> usual_property(const std::string& singular) {
  if (singular == "contact") {
    return {"email", "ada@example.org"};
  }
  if (singular == "deal") {
    return {"dealname", "Example deal"};
  }
  if (singular == "conversation") {
    return {"status", "CLOSED"};
  }
  return singular == "ticket" ? std::pair<std::string, std::string>{"subject", "Example ticket"}
                              : std::pair<std::string, std::string>{"name", "Example"};
}

/// Reads the flags; stops at the first mistake.
class SendReader {
 public:
  explicit SendReader(const cxxopts::ParseResult& flags)
      : flags_(flags), facts_(hubspot::load_facts()) {}

  Result<SendOptions> read() {
    if (flags_.count("type") == 0) {
      return Failure{std::string("which event? Write a type such as contact.propertyChange")};
    }
    if (flags_.count("to") == 0) {
      return Failure{std::string("where to? Write --to URL")};
    }
    read_identity();
    const bool good = read_type() && read_properties() && read_association() && read_merge() &&
                      read_message() && read_numbers() && read_forgery();
    if (!good) {
      return Failure{mistake_};
    }
    return options_;
  }

 private:
  bool wrong(std::string mistake) {
    mistake_ = std::move(mistake);
    return false;
  }

  void read_identity() {
    const MockIdentity mock = mock_identity();
    const auto id = [&](const char* flag, std::uint64_t fallback) {
      return flags_.count(flag) > 0 ? flags_[flag].as<std::uint64_t>() : fallback;
    };
    options_.portal_id = id("portal-id", mock.portal_id);
    options_.settings.app_id = id("app-id", mock.app_id);
    options_.settings.target_url = flags_["to"].as<std::string>();
    options_.settings.client_secret =
        flags_.count("secret") > 0 ? flags_["secret"].as<std::string>() : mock.client_secret;
    const std::string source = flags_["source"].as<std::string>();
    const bool by_app = source == "API" || source == "INTEGRATION";
    options_.source = {.change_source = source,
                       .source_id = flags_.count("source-id") > 0
                                        ? flags_["source-id"].as<std::string>()
                                    : by_app ? std::to_string(options_.settings.app_id)
                                             : "userId:1",
                       .app_id = by_app ? options_.settings.app_id : 0};
  }

  bool read_type() {
    const std::string text = flags_["type"].as<std::string>();
    auto parsed = webhooks::parse_subscription(text);
    if (!parsed.ok()) {
      return wrong(parsed.error());
    }
    if (!parsed->property_name.empty()) {
      return wrong("write the property as --property " + parsed->property_name + "=VALUE");
    }
    options_.subscription = std::move(*parsed);
    const auto& subscription = options_.subscription;
    const bool generic = subscription.object == "object";
    const std::string name = !generic                              ? subscription.object
                             : subscription.object_type_id.empty() ? "0-1"
                                                                   : subscription.object_type_id;
    const auto* fact = facts_->find_type(name);
    // Custom objects, conversations and events are no types of the facts.
    const webhooks::TypeName unknown{generic ? name : "", generic ? "object" : name};
    options_.type = fact != nullptr ? webhooks::TypeName{fact->type_id, fact->singular} : unknown;
    return true;
  }

  bool read_properties() {
    const bool wanted = options_.subscription.kind == EventKind::property_change;
    if (flags_.count("property") == 0) {
      if (wanted) {
        options_.properties.push_back(usual_property(options_.type.singular));
      }
      return true;
    }
    if (!wanted) {
      return wrong("only propertyChange takes --property, " + options_.subscription.type() +
                   " carries none");
    }
    for (const std::string& text : flags_["property"].as<std::vector<std::string>>()) {
      const auto equals = text.find('=');
      if (equals == std::string::npos || equals == 0) {
        return wrong("--property is name=value, not '" + text + "'");
      }
      const std::string name = text.substr(0, equals);
      const auto allowed = webhooks::parse_subscription(options_.subscription.type() + ":" + name);
      if (!allowed.ok()) {
        return wrong(allowed.error());
      }
      options_.properties.emplace_back(name, text.substr(equals + 1));
    }
    return true;
  }

  bool read_association() {
    const bool wanted = options_.subscription.kind == EventKind::association_change;
    options_.removed = flags_.count("removed") > 0 && flags_["removed"].as<bool>();
    if (!wanted) {
      return flags_.count("with") == 0 && !options_.removed
                 ? true
                 : wrong("only associationChange takes --with and --removed");
    }
    const std::string& own = options_.type.singular;
    const std::string usual = own == "company"     ? "contact/201"
                              : own == "line_item" ? "deal/201"
                                                   : "company/201";
    const std::string text = flags_.count("with") > 0 ? flags_["with"].as<std::string>() : usual;
    const auto slash = std::min(text.find('/'), text.size());
    const auto* other = facts_->find_type(text.substr(0, slash));
    const auto id = parse_uint(std::string_view(text).substr(std::min(slash + 1, text.size())));
    if (other == nullptr || !id) {
      return wrong("--with is a type and an id such as company/201, not '" + text + "'");
    }
    options_.other_type = {other->type_id, other->singular};
    options_.other_id = *id;
    const auto& types = facts_->association_types;
    const auto found = std::find_if(types.begin(), types.end(), [&](const auto& fact) {
      return fact.from_type_id == options_.type.type_id && fact.to_type_id == other->type_id;
    });
    if (found == types.end()) {
      return wrong(fmt::format("hubsim knows no association from {} to {}", options_.type.singular,
                               other->singular));
    }
    options_.association_type = found->type_id;
    return true;
  }

  bool read_merge() {
    const bool wanted = options_.subscription.kind == EventKind::merge;
    if (flags_.count("merged") > 0) {
      options_.merged = flags_["merged"].as<std::vector<std::uint64_t>>();
    } else if (wanted) {
      options_.merged = {102};
    }
    return wanted || options_.merged.empty() ? true : wrong("only merge takes --merged");
  }

  bool read_message() {
    const std::string text = flags_["message"].as<std::string>();
    const auto slash = std::min(text.find('/'), text.size());
    options_.message.type = text.substr(0, slash);
    options_.message.id = text.substr(std::min(slash + 1, text.size()));
    if (options_.message.type != "MESSAGE" && options_.message.type != "COMMENT") {
      return wrong("--message is MESSAGE/id or COMMENT/id, not '" + text + "'");
    }
    return true;
  }

  bool read_numbers() {
    options_.object_id = flags_["object-id"].as<std::uint64_t>();
    options_.count = flags_["count"].as<std::uint64_t>();
    options_.times = flags_["times"].as<std::uint64_t>();
    options_.attempt = flags_["attempt"].as<int>();
    if (flags_.count("event-id") > 0) {
      options_.event_id = flags_["event-id"].as<std::uint64_t>();
    }
    const std::size_t each = std::max<std::size_t>(options_.properties.size(), 1);
    if (options_.count < 1 || options_.count > webhooks::max_batch / each) {
      return wrong(
          "--count times the properties is 1 to 100 events: HubSpot sends no more at once");
    }
    if (options_.times < 1 || options_.times > 1'000'000) {
      return wrong("--times is 1 to 1000000");
    }
    if (options_.attempt < 0) {
      return wrong("--attempt counts from 0");
    }
    const auto timeout = parse_duration(flags_["timeout"].as<std::string>());
    if (!timeout || *timeout <= Duration(0)) {
      return wrong("--timeout is a time with its unit, such as 10s");
    }
    options_.settings.timeout = *timeout;
    return true;
  }

  bool read_forgery() {
    const std::string signature = flags_["signature"].as<std::string>();
    options_.workflow_signature = signature == "v2";
    if (signature != "v1" && signature != "v2") {
      return wrong("--signature is v1 or v2, not '" + signature + "'");
    }
    if (options_.workflow_signature && flags_.count("forge") > 0) {
      return wrong("--forge is for v1 and v3; with v2 give another --secret");
    }
    if (flags_.count("forge") == 0) {
      return true;
    }
    const std::string name = flags_["forge"].as<std::string>();
    options_.forgery = faults::find_forgery(name);
    if (!options_.forgery || options_.forgery == faults::Forgery::replay) {
      return wrong("--forge is wrong_secret, stale_timestamp or wrong_signature, not '" + name +
                   "'; to repeat a delivery see `hubsim webhooks replay --fresh=false`");
    }
    return true;
  }

  const cxxopts::ParseResult& flags_;
  std::shared_ptr<const hubspot::Facts> facts_;
  SendOptions options_;
  std::string mistake_;
};

std::shared_ptr<const webhooks::SharedChange> make_change(const SendOptions& options,
                                                          std::size_t index, Instant now) {
  auto shared = std::make_shared<webhooks::SharedChange>();
  shared->portal_id = options.portal_id;
  shared->type = options.type;
  shared->to_type = options.other_type;
  shared->message = options.message;
  shared->event_type_name = options.subscription.event_type_name;
  // The event's own kind says the rest; only of an association the change says which way it went.
  shared->change = {
      .at = now,
      .kind = options.removed ? portal::ChangeKind::dissociated : portal::ChangeKind::associated,
      .object_id = options.object_id + index,
      .source = options.source,
      .properties = options.properties};
  if (options.subscription.kind == EventKind::association_change) {
    shared->change.association = {.to_id = options.other_id, .type_id = options.association_type};
  }
  if (options.subscription.kind == EventKind::merge) {
    shared->change.merge = {.primary_id = shared->change.object_id,
                            .merged_ids = options.merged,
                            .new_id = shared->change.object_id,
                            .properties_moved = 1};
  }
  return shared;
}

/// The one signature of a workflow's webhook in place of the two of an app's.
void sign_as_workflow(webhooks::DeliveryRequest& request, const std::string& secret) {
  std::erase_if(request.headers,
                [](const auto& header) { return header.first == "x-hubspot-signature-v3"; });
  for (auto& [name, value] : request.headers) {
    if (name == "x-hubspot-signature") {
      value = hubspot::signature_v2(secret, {"POST", request.url, request.body});
    } else if (name == "x-hubspot-signature-version") {
      value = "v2";
    }
  }
}

std::vector<webhooks::Event> make_events(const SendOptions& options, Instant now) {
  constexpr std::uint64_t subscription_id = 4'578'255;  // magnitude of a recorded one (8.2)
  constexpr std::uint64_t id_mask = 0x7fffffff;         // as the emitter's
  Prng ids = keyed_prng(static_cast<std::uint64_t>(now.time_since_epoch().count()), {"send"});
  std::vector<webhooks::Event> events;
  const std::size_t each = std::max<std::size_t>(options.properties.size(), 1);
  for (std::size_t i = 0; i < options.count * each; ++i) {
    const bool property = !options.properties.empty();
    events.push_back(
        {.event_id = options.event_id ? *options.event_id + i : (ids.next() & id_mask) | 1U,
         .subscription_id = subscription_id,
         .app_id = options.settings.app_id,
         .kind = options.subscription.kind,
         .generic = options.subscription.object == "object",
         .source = i % each == 0 ? make_change(options, i / each, now) : events.back().source,
         .property = property ? i % each : webhooks::Event::no_property});
  }
  return events;
}

}  // namespace

int webhooks_send_main(int argc, char** argv) {
  cxxopts::Options flags = send_flags();
  const Flags parsed = parse_flags(flags, argc, argv, example);
  if (parsed.exit_code) {
    return *parsed.exit_code;
  }
  const auto options = SendReader(parsed.values).read();
  if (!options.ok()) {
    return webhooks_mistake("send", options.error());
  }
  const RealClock clock;
  Sender sender("send", read_tls_flags(parsed.values));
  for (std::size_t i = 0; i < options->times; ++i) {
    const Instant now = clock.now();
    auto request = webhooks::render_request(
        options->settings, make_events(*options, now),
        {.attempt = options->attempt, .signed_at = now, .forged = options->forgery});
    if (options->workflow_signature) {
      sign_as_workflow(request, options->settings.client_secret);
    }
    if (!sender.post(request)) {
      break;
    }
  }
  return sender.exit_code();
}

}  // namespace hubsim::app
