// Settings of calling apps: the app itself, its channel connection, where recordings are fetched
// (behaviour reference 7; shapes as the official clients' types). They belong to the app.
#include <optional>

#include "common/time/format.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

struct Document {
  Json body;
  Instant created_at{};
  Instant updated_at{};
};

/// What one app has set.
struct CallingSettings {
  std::optional<Document> settings;
  std::optional<Document> channel;
  std::optional<Document> recording;
};

/// Where a document lies, which members it has, and those not sent.
struct Family {
  std::optional<Document> CallingSettings::* place;
  std::vector<Field> fields;
  Json defaults;
  bool dated = true;  ///< the answer has createdAt and updatedAt
};

const Family& settings_family() {
  static const Family family{&CallingSettings::settings,
                             {{"name", Kind::text, true},
                              {"url", Kind::text, true},
                              {"height", Kind::whole},
                              {"width", Kind::whole},
                              {"isReady", Kind::boolean},
                              {"supportsCustomObjects", Kind::boolean},
                              {"supportsInboundCalling", Kind::boolean},
                              {"usesRemote", Kind::boolean},
                              {"usesCallingWindow", Kind::boolean}},
                             // U: what HubSpot fills in; the widget's size is documented.
                             {{"height", 600},
                              {"width", 400},
                              {"isReady", true},
                              {"supportsCustomObjects", false},
                              {"supportsInboundCalling", false},
                              {"usesRemote", false},
                              {"usesCallingWindow", true}}};
  return family;
}

const Family& channel_family() {
  static const Family family{&CallingSettings::channel,
                             {{"url", Kind::text, true}, {"isReady", Kind::boolean, true}},
                             Json::object()};
  return family;
}

const Family& recording_family() {
  static const Family family{&CallingSettings::recording,
                             {{"urlToRetrieveAuthedRecording", Kind::text, true}},
                             Json::object(),
                             false};
  return family;
}

CallingSettings& settings_of(const Context& context) {
  return context.apps.part<CallingSettings>(context.caller.app_id);
}

Reply render(const Document& document, const Family& family) {
  Json out = document.body;
  if (family.dated) {
    out["createdAt"] = format_iso8601(document.created_at);
    out["updatedAt"] = format_iso8601(document.updated_at);
  }
  return answer(json::dump(out));
}

Reply create(Context& context, const Family& family) {
  const auto read = read_fields(context, family.fields);
  if (!read) {
    return fail(context, read.error());
  }
  Json body = family.defaults;
  body.update(*read);
  std::optional<Document>& place = settings_of(context).*family.place;
  const Instant created = place ? place->created_at : context.now;
  place = Document{std::move(body), created, context.now};
  return render(*place, family);
}

Reply read(Context& context, const Family& family) {
  const std::optional<Document>& place = settings_of(context).*family.place;
  return place ? render(*place, family) : fail(context, hubspot::object_not_found());
}

Reply update(Context& context, const Family& family) {
  std::vector<Field> fields = family.fields;
  for (Field& field : fields) {
    field.required = false;
  }
  const auto changes = read_fields(context, fields);
  if (!changes) {
    return fail(context, changes.error());
  }
  std::optional<Document>& place = settings_of(context).*family.place;
  if (!place) {
    return fail(context, hubspot::object_not_found());
  }
  place->body.update(*changes);
  place->updated_at = context.now;
  return render(*place, family);
}

Reply remove(Context& context, const Family& family) {
  (settings_of(context).*family.place).reset();
  return no_content();
}

template <const Family& (*family)(), Reply (*act)(Context&, const Family&)>
Reply run(Context& context) {
  return act(context, family());
}

}  // namespace

void register_extensions_calling_settings(OperationRegistry& registry);
void register_extensions_calling_settings(OperationRegistry& registry) {
  registry.add({"crm.calling.settings.create", run<settings_family, create>, path_key});
  registry.add({"crm.calling.settings.read", run<settings_family, read>, path_key});
  registry.add({"crm.calling.settings.update", run<settings_family, update>, path_key});
  registry.add({"crm.calling.settings.archive", run<settings_family, remove>, path_key});
  registry.add({"crm.calling.channel.create", run<channel_family, create>, path_key});
  registry.add({"crm.calling.channel.read", run<channel_family, read>, path_key});
  registry.add({"crm.calling.channel.update", run<channel_family, update>, path_key});
  registry.add({"crm.calling.channel.archive", run<channel_family, remove>, path_key});
  registry.add({"crm.calling.recording.create", run<recording_family, create>, path_key});
  registry.add({"crm.calling.recording.read", run<recording_family, read>, path_key});
  registry.add({"crm.calling.recording.update", run<recording_family, update>, path_key});
}

}  // namespace hubsim::operations
