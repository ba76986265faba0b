// Bytes of files: signed addresses, and the addresses themselves, which the mock serves: public
// files to anybody, the others while their signature is good (behaviour reference 7, "Files").
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/files/file_input.h"
#include "mock_server/operations/files/file_render.h"

namespace hubsim::operations {

namespace {

constexpr std::int64_t default_seconds = 3'600;            // U
constexpr std::int64_t most_seconds = 365LL * 24 * 3'600;  // U

Reply run_signed_url(Context& context) {
  const auto file = named_file(context);
  if (!file) {
    return fail(context, file.error());
  }
  const auto text = context.query.first("expirationSeconds");
  const auto seconds = text ? parse_int(*text) : std::optional<std::int64_t>(default_seconds);
  if (!seconds || *seconds < 1 || *seconds > most_seconds) {
    return fail(context, hubspot::bad_query_parameter("expirationSeconds"));
  }
  const Instant expires = context.now + std::chrono::seconds(*seconds);
  const std::int64_t expires_ms = to_unix_ms(expires);
  const StoredFile& stored = **file;
  return answer(json::dump(
      {{"expiresAt", format_iso8601(from_unix_ms(expires_ms))},
       {"name", stored.name},
       {"extension", stored.extension},
       {"type", file_type(stored.extension)},
       {"size", stored.bytes->size()},
       {"url", file_address(context, stored) + "?Expires=" + std::to_string(expires_ms) +
                   "&Signature=" + file_signature(context.portal, stored.id, expires_ms)}}));
}

bool is_allowed(const Context& context, const StoredFile& file) {
  if (is_public(file)) {
    return true;
  }
  const auto expires = parse_int(context.query.first("Expires").value_or(""));
  return expires && *expires > to_unix_ms(context.now) &&
         context.query.first("Signature").value_or("") ==
             file_signature(context.portal, file.id, *expires);
}

Reply run_bytes(Context& context) {
  const auto file = named_file(context);
  if (!file || ((*file)->expires && *(*file)->expires <= context.now)) {
    return fail(context, hubspot::object_not_found());
  }
  if (!is_allowed(context, **file)) {
    return {.status = 403, .body = "Access denied", .content_type = "text/plain"};  // U
  }
  Reply reply = answer(*(*file)->bytes);
  reply.content_type =
      (*file)->content_type.empty() ? "application/octet-stream" : (*file)->content_type;
  return reply;
}

}  // namespace

void register_files_file_bytes(OperationRegistry& registry);
void register_files_file_bytes(OperationRegistry& registry) {
  registry.add({"files.files.signed_url.read", run_signed_url, path_key});
  registry.add({"files.files.bytes", run_bytes, path_key});
}

}  // namespace hubsim::operations
