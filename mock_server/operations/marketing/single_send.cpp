// Single send: one transactional or marketing e-mail to one address, its contact written, and the
// status of a send (behaviour reference 7, "Transactional single send"; A3).
#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/shapes/plausible.h"
#include "mock_server/operations/marketing/email_sends.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/subscriptions.h"

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;

constexpr Field send_fields[] = {{"emailId", Field::Kind::whole, true},
                                 {"message", Field::Kind::object, true},
                                 {"contactProperties", Field::Kind::object},
                                 {"customProperties", Field::Kind::object}};
constexpr Field message_fields[] = {{"to", Field::Kind::text, true},
                                    {"from"},
                                    {"sendId"},
                                    {"cc", Field::Kind::list},
                                    {"bcc", Field::Kind::list},
                                    {"replyTo", Field::Kind::list}};

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find(' ') == std::string_view::npos;
}

/// Transactional e-mail reaches those too who opted out (D).
std::string result_of(const Context& context, const std::string& to, const std::string& send_id,
                      bool marketing) {
  if (!is_address(to)) {
    return "INVALID_TO_ADDRESS";
  }
  if (marketing && context.portal.part<portal::SubscriptionBook>().opted_out(to)) {
    return "PREVIOUSLY_UNSUBSCRIBED_PORTAL";
  }
  const bool repeated = !send_id.empty() && !context.portal.part<EmailSends>().use_send_id(send_id);
  return repeated ? "IDEMPOTENT_IGNORE" : "SENT";
}

/// The address becomes a contact with what the caller says of it; what its properties do not take
/// is lost.
void write_contact(Context& context, const std::string& to, const Json& body) {
  const portal::ObjectType& contacts = *context.portal.find_type("contacts");
  const auto email = contacts.property_index("email");
  portal::PropertyWrites writes;
  if (const Json* properties = json::find(body, "contactProperties")) {
    for (const auto& [name, value] : properties->items()) {
      if (contacts.property_index(name) && name != "email") {
        writes.emplace_back(name, json::text_of(value));
      }
    }
  }
  const auto known =
      email ? context.portal.find_by_unique(contacts.index(), *email, to_lower(to)) : nullptr;
  if (known && !writes.empty()) {
    (void)context.portal.update(contacts.index(), known->id, writes, context.write());
  } else if (!known) {
    writes.emplace_back("email", to);
    (void)context.portal.create(contacts.index(), writes, context.write());
  }
}

Json rendered(const EmailSend& send, Instant now) {
  const bool done = now >= send.completed_at;
  Json out{{"requestedAt", format_iso8601(send.requested_at)},
           {"statusId", send.status_id},
           {"status", done                     ? "COMPLETE"
                      : now >= send.started_at ? "PROCESSING"
                                               : "PENDING"}};
  if (now >= send.started_at) {
    out["startedAt"] = format_iso8601(send.started_at);
  }
  if (done) {
    out["sendResult"] = send.result;
    out["completedAt"] = format_iso8601(send.completed_at);
    out["eventId"] = {{"id", send.event_id}, {"created", format_iso8601(send.started_at)}};
  }
  return out;
}

Reply run_send(Context& context, bool marketing) {
  const auto body = read_fields(context, send_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const auto message =
      read_fields(context.request.body, body->at("message"), message_fields, "/message");
  if (!message) {
    return fail(context, message.error());
  }
  const std::string to = text_of(*message, "to");
  EmailSend send{.status_id = hubspot::plausible_guid(context.random.next()),
                 .event_id = hubspot::plausible_guid(context.random.next()),
                 .result = result_of(context, to, text_of(*message, "sendId"), marketing),
                 .requested_at = context.now,
                 .started_at = context.now + 500ms,
                 .completed_at = context.now + 1500ms};
  if (send.result == "SENT") {
    write_contact(context, to, *body);
  }
  const Json answered = rendered(send, context.now);
  context.portal.part<EmailSends>().add(std::move(send));
  return answer(json::dump(answered));
}

Reply run_transactional(Context& context) { return run_send(context, false); }
Reply run_marketing(Context& context) { return run_send(context, true); }

Reply run_status(Context& context) {
  const EmailSend* send = context.portal.part<EmailSends>().find(context.param("statusId"));
  return send == nullptr ? fail(context, hubspot::object_not_found())
                         : answer(json::dump(rendered(*send, context.now)));
}

}  // namespace

void register_marketing_single_send(OperationRegistry& registry);
void register_marketing_single_send(OperationRegistry& registry) {
  registry.add({"marketing.transactional.single_email.send", run_transactional, path_key});
  registry.add({"marketing.email_campaigns.single_send", run_marketing, path_key});
  registry.add({"marketing.email.send_statuses.read", run_status, path_key});
}

}  // namespace hubsim::operations
