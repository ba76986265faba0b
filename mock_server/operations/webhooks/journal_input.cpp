#include "mock_server/operations/webhooks/journal_input.h"

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/signature.h"

namespace hubsim::operations::hooks {

namespace {

using namespace std::chrono_literals;

constexpr Duration url_life = 15min;
constexpr std::string_view files_folder = "/_files/webhooks-journal/";

std::string signature_of(const Context& context, std::uint64_t app_id, std::string_view offset,
                         std::string_view expires) {
  const std::string secret = "journal of " + std::to_string(context.portal.config().portal_id);
  const std::string text =
      std::to_string(app_id) + "/" + std::string(offset) + "?" + std::string(expires);
  return hubspot::signature_v1(secret, text);
}

}  // namespace

portal::AppJournal& journal_of(Context& context) {
  auto& journal = context.portal.part<portal::Journal>();
  journal.prune(context.caller.app_id, context.portal, context.now);
  return journal.of(context.caller.app_id);
}

Read<std::uint64_t> path_id(const Context& context, std::string_view name) {
  const auto id = parse_uint(context.param(name));
  if (!id) {
    return Failure{hubspot::bad_path_parameter(name)};
  }
  return *id;
}

void append_entry(std::string& out, const Context& context, const portal::JournalFile& file) {
  const std::uint64_t app_id = context.caller.app_id;
  const Instant expires_at = context.now + url_life;
  const std::string expires = std::to_string(to_unix_ms(expires_at));
  const std::string url = own_origin(context) + std::string(files_folder) + std::to_string(app_id) +
                          "/" + file.offset + "?Expires=" + expires +
                          "&Signature=" + signature_of(context, app_id, file.offset, expires);
  out += R"({"currentOffset":")" + file.offset + R"(","expiresAt":")" + format_iso8601(expires_at) +
         R"(","url":)";
  json::append_string(out, url);
  out += '}';
}

bool is_signed(const Context& context, std::uint64_t app_id, std::string_view offset,
               std::string_view expires, std::string_view signature) {
  return signature == signature_of(context, app_id, offset, expires);
}

ApiError not_found(std::string message) {
  return {.status = 404, .message = std::move(message), .category = "OBJECT_NOT_FOUND"};
}

}  // namespace hubsim::operations::hooks
