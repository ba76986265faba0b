// Calls of third-party calling apps: inbound calls that are told, recordings that are ready,
// transcripts (behaviour reference 7, A3; shapes as the official clients' types).
#include <array>
#include <map>

#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

constexpr std::size_t max_transcripts = 10'000;  // ours
constexpr std::size_t max_utterances = 10'000;   // ours
constexpr std::uint64_t first_transcript = 7'710'001;

struct Transcript {
  std::uint64_t engagement_id = 0;
  Json utterances = Json::array();
  Instant created_at{};
};

/// The transcripts of a portal.
class Transcripts : public portal::PartOf<Transcripts> {
 public:
  explicit Transcripts(const portal::Portal& /*portal*/) {}
  std::map<std::uint64_t, Transcript> by_id;
  std::uint64_t next_id = first_transcript;
};

/// The live call (an object of type 0-48) of that id.
portal::RecordPtr find_call(Context& context, std::int64_t id) {
  const auto* type = context.portal.find_type("calls");
  const auto record = type != nullptr && id > 0
                          ? context.portal.find(type->index(), static_cast<portal::ObjectId>(id))
                          : nullptr;
  return record && !record->archived ? record : nullptr;
}

// ---- inbound calls

std::string digits_of(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    digits += c >= '0' && c <= '9' ? std::string(1, c) : "";
  }
  return digits;
}

std::string value_or_empty(const portal::Portal& portal, const portal::Record& record,
                           std::string_view name) {
  const auto index = portal.type(record.type).property_index(name);
  return index ? portal.value_of(record, *index).value_or("") : "";
}

Json coordinates(const portal::Portal& portal, const portal::Record& record) {
  return {{"portalId", portal.config().portal_id},
          {"objectTypeId", portal.type(record.type).fact().type_id},
          {"objectId", record.id}};
}

Json caller_id(const portal::Portal& portal, const portal::Record& record) {
  if (portal.type(record.type).fact().plural == "companies") {
    return {{"callerIdType", "COMPANY"},
            {"objectCoordinates", coordinates(portal, record)},
            {"name", value_or_empty(portal, record, "name")}};
  }
  return {{"callerIdType", "CONTACT"},
          {"objectCoordinates", coordinates(portal, record)},
          {"email", value_or_empty(portal, record, "email")},
          {"firstName", value_or_empty(portal, record, "firstname")},
          {"lastName", value_or_empty(portal, record, "lastname")}};
}

/// Contacts and companies whose phone has those digits.
Json matches_of(Context& context, const std::string& digits) {
  Json matches = Json::array();
  for (const char* name : {"contacts", "companies"}) {
    const auto* type = context.portal.find_type(name);
    if (type == nullptr || digits.empty()) {
      continue;
    }
    for (const auto& record : context.portal.store(type->index()).slots()) {
      if (!record->archived &&
          digits_of(value_or_empty(context.portal, *record, "phone")) == digits) {
        matches.push_back(caller_id(context.portal, *record));
      }
    }
  }
  return matches;
}

/// A call record for it, with the properties that came along.
std::optional<portal::WriteError> create_call(Context& context, const Json& call) {
  const auto* type = context.portal.find_type("calls");
  portal::PropertyWrites writes;
  for (const auto& [name, value] : call.at("engagementProperties").items()) {
    writes.emplace_back(name, scalar_text(value));
  }
  const auto add = [&](const char* name, const std::string& value) {
    const bool has = std::any_of(writes.begin(), writes.end(),
                                 [&](const auto& write) { return write.first == name; });
    if (!has && type->property_index(name)) {
      writes.emplace_back(name, value);
    }
  };
  add("hs_timestamp", call.value("callStartedTimestamp", format_iso8601(context.now)));
  add("hs_call_direction", "INBOUND");
  add("hs_call_from_number", json::text_of(call.at("fromNumber").at("e164Number")));
  add("hs_call_to_number", json::text_of(call.at("toNumber").at("e164Number")));
  const auto created = context.portal.create(type->index(), writes, context.write());
  return created ? std::nullopt : std::optional(created.error());
}

Reply run_inbound(Context& context) {
  static constexpr std::array<Field, 10> fields{
      {{"createEngagement", Kind::boolean, true},
       {"engagementProperties", Kind::object, true},
       {"externalCallId", Kind::text, true},
       {"finalCallStatus", Kind::text, true,
        "BUSY, CALLING_CRM_USER, CANCELED, COMPLETED, CONNECTING, FAILED, HOLD, IN_PROGRESS, "
        "MISSED, NO_ANSWER, QUEUED, RINGING, UNKNOWN"},
       {"fromNumber", Kind::object, true},
       {"toNumber", Kind::object, true},
       {"potentialRecipientUserIds", Kind::list, true},
       {"callStartedTimestamp", Kind::text},
       {"durationSeconds", Kind::whole},
       {"userId", Kind::whole}}};
  static constexpr std::array<Field, 3> number{{{"e164Number", Kind::text, true},
                                                {"extension", Kind::text},
                                                {"phoneNumberType", Kind::text}}};
  auto call = read_fields(context, fields);
  if (!call) {
    return fail(context, call.error());
  }
  for (const char* name : {"fromNumber", "toNumber"}) {
    auto read = read_fields(context.request.body, call->at(name), number, "/" + std::string(name));
    if (!read) {
      return fail(context, read.error());
    }
    (*call)[name] = std::move(*read);
  }
  if (call->at("createEngagement") == true && create_call(context, *call)) {
    return fail(context, choices::validation("The call could not be logged: invalid properties"));
  }
  const auto from = digits_of(json::text_of(call->at("fromNumber").at("e164Number")));
  return answer(json::dump(Json{{"callerIdMatches", matches_of(context, from)}}));
}

Reply run_recording_ready(Context& context) {
  static constexpr std::array<Field, 1> fields{{{"engagementId", Kind::whole, true}}};
  const auto read = read_fields(context, fields);
  if (!read) {
    return fail(context, read.error());
  }
  if (!find_call(context, read->at("engagementId").get<std::int64_t>())) {
    return fail(context, hubspot::object_not_found());
  }
  return no_content();
}

// ---- transcripts

Reply run_transcript_create(Context& context) {
  static constexpr std::array<Field, 2> fields{
      {{"engagementId", Kind::whole, true}, {"transcriptCreateUtterances", Kind::list, true}}};
  static constexpr std::array<Field, 5> utterance{{{"text", Kind::text, true},
                                                   {"speaker", Kind::object, true},
                                                   {"startTimeMillis", Kind::whole, true},
                                                   {"endTimeMillis", Kind::whole, true},
                                                   {"languageCode", Kind::text}}};
  const auto read = read_fields(context, fields);
  if (!read) {
    return fail(context, read.error());
  }
  const auto call = find_call(context, read->at("engagementId").get<std::int64_t>());
  if (!call) {
    return fail(context, hubspot::object_not_found());
  }
  auto utterances = read_each(context.request.body, read->at("transcriptCreateUtterances"),
                              utterance, "/transcriptCreateUtterances");
  if (!utterances) {
    return fail(context, utterances.error());
  }
  auto& transcripts = context.portal.part<Transcripts>();
  if (utterances->size() > max_utterances || transcripts.by_id.size() >= max_transcripts) {
    return fail(context, choices::validation("Too many utterances or transcripts"));
  }
  const std::uint64_t id = transcripts.next_id++;
  for (std::size_t i = 0; i < utterances->size(); ++i) {
    (*utterances)[i]["id"] = std::to_string(id) + "-" + std::to_string(i + 1);
  }
  transcripts.by_id[id] = {call->id, std::move(*utterances), context.now};
  return answer(json::dump(Json{{"id", std::to_string(id)}}));
}

Reply run_transcript_read(Context& context) {
  const auto id = read_number(context, "transcriptId");
  auto& transcripts = context.portal.part<Transcripts>().by_id;
  const auto found = id ? transcripts.find(*id) : transcripts.end();
  if (found == transcripts.end()) {
    return fail(context, id ? hubspot::object_not_found() : id.error());
  }
  const Transcript& transcript = found->second;
  return answer(json::dump(Json{{"id", std::to_string(*id)},
                                {"engagementId", transcript.engagement_id},
                                {"transcriptSource", "INTEGRATOR_GENERATED"},
                                {"transcriptUtterances", transcript.utterances},
                                {"createdAt", format_iso8601(transcript.created_at)},
                                {"updatedAt", format_iso8601(transcript.created_at)}}));
}

Reply run_transcript_archive(Context& context) {
  const auto id = read_number(context, "transcriptId");
  if (!id) {
    return fail(context, id.error());
  }
  context.portal.part<Transcripts>().by_id.erase(*id);
  return no_content();
}

}  // namespace

void register_extensions_calls(OperationRegistry& registry);
void register_extensions_calls(OperationRegistry& registry) {
  registry.add({"crm.calling.inbound_call", run_inbound, path_key});
  registry.add({"crm.calling.recording_ready", run_recording_ready, path_key});
  registry.add({"crm.calling.transcripts.create", run_transcript_create, path_key});
  registry.add({"crm.calling.transcripts.read", run_transcript_read, path_key});
  registry.add({"crm.calling.transcripts.archive", run_transcript_archive, path_key});
}

}  // namespace hubsim::operations
