// Settings of video conferencing apps: one document an app, replaced as a whole (behaviour
// reference 7; shape as the official clients' types).
#include <array>
#include <optional>

#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

struct VideoSettings {
  std::optional<Json> settings;
};

VideoSettings& settings_of(const Context& context) {
  return context.apps.part<VideoSettings>(context.caller.app_id);
}

Reply run_read(Context& context) {
  const auto& settings = settings_of(context).settings;
  return settings ? answer(json::dump(*settings)) : fail(context, hubspot::object_not_found());
}

Reply run_replace(Context& context) {
  using Kind = Field::Kind;
  static constexpr std::array<Field, 5> fields{{{"createMeetingUrl", Kind::text, true},
                                                {"updateMeetingUrl", Kind::text},
                                                {"deleteMeetingUrl", Kind::text},
                                                {"userVerifyUrl", Kind::text},
                                                {"fetchAccountsUri", Kind::text}}};
  const auto read = read_fields(context, fields);
  if (!read) {
    return fail(context, read.error());
  }
  settings_of(context).settings = *read;
  return answer(json::dump(*read));
}

Reply run_archive(Context& context) {
  settings_of(context).settings.reset();
  return no_content();
}

}  // namespace

void register_extensions_video_conferencing(OperationRegistry& registry);
void register_extensions_video_conferencing(OperationRegistry& registry) {
  registry.add({"crm.videoconferencing.read", run_read, path_key});
  registry.add({"crm.videoconferencing.replace", run_replace, path_key});
  registry.add({"crm.videoconferencing.archive", run_archive, path_key});
}

}  // namespace hubsim::operations
