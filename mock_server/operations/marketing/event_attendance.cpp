// Attendance: contacts register for, attend or cancel a marketing event, named by their ids or by
// e-mail addresses (behaviour reference 7; D docs). Changes of state are worked off later: answers
// come at once, counters and breakdowns follow (option marketing.attendance_after).
#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/marketing/marketing_event_view.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using namespace std::chrono_literals;
constexpr Duration worked_off_after = 5s;  // U

constexpr Field by_id_fields[] = {{"vid", Field::Kind::whole, true},
                                  {"interactionDateTime", Field::Kind::whole, true},
                                  {"properties", Field::Kind::object}};
constexpr Field by_email_fields[] = {{"email", Field::Kind::text, true},
                                     {"interactionDateTime", Field::Kind::whole, true},
                                     {"properties", Field::Kind::object},
                                     {"contactProperties", Field::Kind::object}};

Read<SubscriberState> read_state(const Context& context) {
  const std::string_view word = context.param("subscriberState");
  if (equals_ignoring_case(word, "register")) {
    return SubscriberState::registered;
  }
  if (equals_ignoring_case(word, "attend")) {
    return SubscriberState::attended;
  }
  if (equals_ignoring_case(word, "cancel")) {
    return SubscriberState::cancelled;
  }
  return Failure{choices::validation("Invalid subscriber state " + std::string(word) +
                                     ". Must be one of: register, attend, cancel")};  // U text
}

/// externalAccountId may be absent here: then the app's event of that id, in any account.
Read<portal::RecordPtr> event_of_call(const Context& context) {
  const bool no_account =
      context.param("objectId").empty() && !context.query.first("externalAccountId").has_value();
  if (!no_account) {
    return named_event(context);
  }
  for (const auto& [external, id] : event_book(context).externals()) {
    if (external.app_id == context.caller.app_id &&
        external.event == context.param("externalEventId")) {
      if (auto record = live_event(context.portal, id)) {
        return record;
      }
    }
  }
  return Failure{hubspot::object_not_found()};
}

std::optional<Instant> time_in(const Json& input, std::string_view name) {
  const Json* properties = json::find(input, "properties");
  const Json* value = properties == nullptr ? nullptr : json::find(*properties, name);
  const std::string text = value == nullptr ? "" : json::text_of(*value);
  if (const auto ms = parse_int(text)) {
    return instant_of_ms(*ms);
  }
  return parse_iso8601(text);
}

AttendanceChange change_of(const Json& input, SubscriberState state, portal::ObjectId event,
                           portal::ObjectId contact) {
  AttendanceChange change{.event = event,
                          .contact = contact,
                          .state = state,
                          .at = instant_of_ms(input.at("interactionDateTime")),
                          .joined = {},
                          .left = {}};
  if (state == SubscriberState::attended) {
    change.joined = time_in(input, "joinedAt");
    change.left = time_in(input, "leftAt");
  }
  return change;
}

void apply(portal::Portal& portal, Instant now, std::uint64_t number) {
  auto& book = portal.part<MarketingEventBook>();
  std::set<portal::ObjectId> touched;
  for (const AttendanceChange& change : book.take(number)) {
    if (live_event(portal, change.event)) {
      book.apply(change, now);
      touched.insert(change.event);
    }
  }
  for (const portal::ObjectId event : touched) {
    const auto record = live_event(portal, event);
    const auto counts = book.notes(event).counts(is_over(portal, *record, now));
    (void)portal.update(event_type(portal).index(), event,
                        {{"hs_registrations", std::to_string(counts.registered)},
                         {"hs_attendees", std::to_string(counts.attended)},
                         {"hs_cancellations", std::to_string(counts.cancelled)},
                         {"hs_no_shows", std::to_string(counts.no_shows)}},
                        {.now = now, .source = {.change_source = "INTERNAL_PROCESSING"}});
  }
}

void work_off(Context& context, std::vector<AttendanceChange> changes) {
  const std::uint64_t number = event_book(context).wait(std::move(changes));
  if (context.portal.options().is(hubspot::Option::marketing_attendance_after, "none")) {
    apply(context.portal, context.now, number);
  } else {
    context.portal.schedule(context.now + worked_off_after, apply, number);
  }
}

portal::RecordPtr contact_by_id(const Context& context, std::uint64_t id) {
  auto record = context.portal.resolve(context.portal.find_type("contacts")->index(), id);
  return record && !record->archived ? record : nullptr;
}

portal::RecordPtr contact_by_email(const Context& context, const std::string& email) {
  const portal::ObjectType* contacts = context.portal.find_type("contacts");
  return context.portal.find_by_unique(contacts->index(), *contacts->property_index("email"),
                                       to_lower(trim(email)));
}

/// `contactProperties` are for new contacts only (D); values they do not take are the error.
Read<portal::RecordPtr> create_contact(Context& context, const Json& input) {
  const portal::ObjectType& contacts = *context.portal.find_type("contacts");
  portal::PropertyWrites writes = {{"email", input.at("email").get<std::string>()}};
  if (const Json* properties = json::find(input, "contactProperties")) {
    for (const auto& [name, value] : properties->items()) {
      if (name != "email") {
        writes.emplace_back(name, json::text_of(value));
      }
    }
  }
  auto made = context.portal.create(contacts.index(), writes, context.write());
  if (!made) {
    return Failure{to_api_error(context, contacts, made.error())};
  }
  return std::move(made).value();
}

/// Whom an input names.
enum class Named { by_id, by_email };
/// Contacts that are not there: made (attendance, by e-mail), told in the batch's errors
/// (attendance, by id), or passed over without a word (subscriber states; D: none is made).
enum class Unknown { make, tell, pass };

Read<portal::RecordPtr> contact_of(Context& context, const Json& input, Named named,
                                   Unknown unknown) {
  auto contact = named == Named::by_id
                     ? contact_by_id(context, input.at("vid").get<std::uint64_t>())
                     : contact_by_email(context, input.at("email").get<std::string>());
  if (contact || unknown == Unknown::pass) {
    return contact;
  }
  if (unknown == Unknown::make) {
    return create_contact(context, input);
  }
  return Failure{
      hubspot::objects_not_found("CONTACT", {std::to_string(input.at("vid").get<std::int64_t>())})};
}

struct Attending {
  std::vector<AttendanceChange> changes;
  std::vector<std::string> shown;
  std::vector<ApiError> errors;
  std::size_t size = 0;
};

Read<Attending> read_attending(Context& context, Named named, Unknown unknown) {
  const auto state = read_state(context);
  const auto event = event_of_call(context);
  if (!state || !event) {
    return Failure{state ? event.error() : state.error()};
  }
  const auto batch = read_batch(context, event_batch_maximum);
  if (!batch) {
    return Failure{batch.error()};
  }
  const auto fields = named == Named::by_id ? std::span<const Field>(by_id_fields)
                                            : std::span<const Field>(by_email_fields);
  const auto inputs = read_each(context.request.body, batch->inputs(), fields, "/inputs");
  if (!inputs) {
    return Failure{inputs.error()};
  }
  if (!event_book(context).has_room(batch->size)) {
    return Failure{choices::validation("The account has too many participations of events")};
  }
  Attending all;
  all.size = batch->size;
  for (const Json& input : *inputs) {
    const auto contact = contact_of(context, input, named, unknown);
    if (!contact) {
      all.errors.push_back(contact.error());
    } else if (*contact) {
      all.changes.push_back(change_of(input, *state, (*event)->id, (*contact)->id));
      Json shown = {{"vid", (*contact)->id}};
      if (named == Named::by_email) {
        shown["email"] = input.at("email");
      }
      all.shown.push_back(json::dump(shown));
    }
  }
  return all;
}

template <Named named, Unknown unknown>
Reply run_attendance(Context& context) {
  auto all = read_attending(context, named, unknown);
  if (!all) {
    return fail(context, all.error());
  }
  work_off(context, std::move(all->changes));
  return batch_in_order(context, all->shown, all->errors, all->size);
}

template <Named named>
Reply run_state(Context& context) {
  auto all = read_attending(context, named, Unknown::pass);
  if (!all) {
    return fail(context, all.error());
  }
  work_off(context, std::move(all->changes));
  Reply reply = no_content();
  reply.inputs = all->size;
  return reply;
}

}  // namespace

void register_marketing_event_attendance(OperationRegistry& registry);
void register_marketing_event_attendance(OperationRegistry& registry) {
  const std::string events = "marketing.marketing_events.";
  const std::string attendance = events + "attendance.";
  const std::string by_object = ".by_object_id_subscriber_state";
  const auto by_id = run_attendance<Named::by_id, Unknown::tell>;
  const auto by_email = run_attendance<Named::by_email, Unknown::make>;
  registry.add({attendance + "create", by_id, path_key});
  registry.add({attendance + "create" + by_object, by_id, path_key});
  registry.add({attendance + "email_create", by_email, path_key});
  registry.add({attendance + "email_create" + by_object, by_email, path_key});
  registry.add({events + "events.upsert.by_external_event_id_subscriber_state",
                run_state<Named::by_id>, path_key});
  registry.add({events + "events.email_upsert", run_state<Named::by_email>, path_key});
}

}  // namespace hubsim::operations
