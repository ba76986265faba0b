// Reading the webhooks journal: earliest, latest, what follows an offset, the same in batches, and
// the files themselves (behaviour reference 8.6, D). `journal` and `journal-local` answer alike:
// one data centre, one portal.
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/webhooks/journal_input.h"

namespace hubsim::operations {

namespace {

using portal::JournalFile;
using Files = std::vector<const JournalFile*>;

constexpr std::uint64_t batch_maximum = 100;  // U
constexpr std::size_t uuid_length = 36;

/// installPortalId narrows to one account; another one has nothing here.
Read<bool> is_here(const Context& context) {
  const auto text = context.query.first("installPortalId");
  if (!text) {
    return true;
  }
  const auto id = parse_uint(*text);
  if (!id) {
    return Failure{hubspot::bad_query_parameter("installPortalId")};
  }
  return *id == context.portal.config().portal_id;
}

Read<Files> all_files(Context& context) {
  const auto here = is_here(context);
  if (!here) {
    return Failure{here.error()};
  }
  Files files;
  if (*here) {
    for (const JournalFile& file : hooks::journal_of(context).files) {
      files.push_back(&file);
    }
  }
  return files;
}

/// Those after the offset of the path.
Read<Files> files_after(Context& context) {
  auto files = all_files(context);
  if (!files) {
    return files;
  }
  const std::string_view offset = context.param("offset");
  if (offset.size() != uuid_length) {
    return Failure{hubspot::bad_path_parameter("offset")};
  }
  const auto at = std::find_if(files->begin(), files->end(),
                               [&](const auto* file) { return file->offset == offset; });
  if (at == files->end()) {
    return Failure{hooks::not_found("Journal offset " + std::string(offset) +
                                    " does not exist or has expired")};
  }
  files->erase(files->begin(), at + 1);
  return files;
}

/// 204 when there is nothing (new).
Reply answer_entry(const Context& context, const Read<Files>& files, bool last) {
  if (!files) {
    return fail(context, files.error());
  }
  if (files->empty()) {
    return no_content();
  }
  std::string out;
  hooks::append_entry(out, context, last ? *files->back() : *files->front());
  return answer(std::move(out));
}

Reply run_earliest(Context& context) { return answer_entry(context, all_files(context), false); }
Reply run_latest(Context& context) { return answer_entry(context, all_files(context), true); }
Reply run_next(Context& context) { return answer_entry(context, files_after(context), false); }

Reply answer_batch(const Context& context, const Files& files,
                   const std::vector<ApiError>& errors = {}) {
  std::string out = R"({"status":"COMPLETE","results":[)";
  for (const JournalFile* file : files) {
    out += out.back() == '[' ? "" : ",";
    hooks::append_entry(out, context, *file);
  }
  close_batch(out, context, errors);
  return answer(std::move(out), errors.empty() ? 200 : 207);
}

Reply answer_some(Context& context, const Read<Files>& files, bool last) {
  if (!files) {
    return fail(context, files.error());
  }
  const auto count = parse_uint(context.param("count"));
  if (!count) {
    return fail(context, hubspot::bad_path_parameter("count"));
  }
  if (*count < 1 || *count > batch_maximum) {
    return fail(context, hooks::invalid("count must be between 1 and 100"));
  }
  Files some = *files;
  const auto size = std::min<std::size_t>(*count, some.size());
  if (last) {
    some.erase(some.begin(), some.end() - static_cast<std::ptrdiff_t>(size));
  }
  some.resize(size);
  return answer_batch(context, some);
}

Reply run_batch_earliest(Context& context) {
  return answer_some(context, all_files(context), false);
}
Reply run_batch_latest(Context& context) { return answer_some(context, all_files(context), true); }
Reply run_batch_next(Context& context) { return answer_some(context, files_after(context), false); }

Reply run_batch_read(Context& context) {
  const auto files = all_files(context);
  if (!files) {
    return fail(context, files.error());
  }
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Members members(context.request.body, *body);
  if (members.find("inputs") == nullptr) {
    return fail(context, hubspot::missing_fields(context.request.body, {"inputs"}));
  }
  const auto offsets = members.texts("inputs");
  if (!offsets) {
    return fail(context, offsets.error());
  }
  if (offsets->empty() || offsets->size() > batch_maximum) {
    return fail(context, offsets->empty() ? hubspot::empty_batch()
                                          : hubspot::batch_too_large(batch_maximum));
  }
  Files found;
  std::vector<ApiError> errors;
  for (const std::string& offset : *offsets) {
    const auto at = std::find_if(files->begin(), files->end(),
                                 [&](const auto* file) { return file->offset == offset; });
    if (at != files->end()) {
      found.push_back(*at);
    } else {
      errors.push_back(
          hooks::not_found("Journal offset " + offset + " does not exist or has expired"));
    }
  }
  Reply reply = answer_batch(context, found, errors);
  reply.inputs = offsets->size();
  return reply;
}

/// As the object store that keeps HubSpot's files tells it.
Reply file_error(int status, std::string_view code, std::string_view message) {
  Reply reply =
      answer("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + std::string(code) +
                 "</Code><Message>" + std::string(message) + "</Message></Error>",
             status);
  reply.content_type = "application/xml";
  return reply;
}

Reply run_file(Context& context) {
  const auto app_id = parse_uint(context.param("app")).value_or(0);
  const std::string_view offset = context.param("file");
  const std::string_view expires = context.query.first("Expires").value_or("");
  const std::string_view signature = context.query.first("Signature").value_or("");
  if (!hooks::is_signed(context, app_id, offset, expires, signature)) {
    return file_error(403, "SignatureDoesNotMatch",
                      "The request signature we calculated does not match the signature you "
                      "provided.");
  }
  const Instant expires_at = from_unix_ms(parse_int(expires).value_or(0));
  if (expires_at <= context.now &&
      context.portal.options().on(hubspot::Option::webhooks_journal_url_expiry)) {
    return file_error(403, "AccessDenied", "Request has expired");
  }
  const auto& files = context.portal.part<portal::Journal>().of(app_id).files;
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const auto& file) { return file.offset == offset; });
  if (found == files.end()) {
    return file_error(404, "NoSuchKey", "The specified key does not exist.");
  }
  Reply reply = answer(*found->content);
  reply.content_type = "application/json";
  return reply;
}

}  // namespace

void register_webhooks_journal_entries(OperationRegistry& registry);
void register_webhooks_journal_entries(OperationRegistry& registry) {
  registry.add({"webhooks.journal.earliest", run_earliest, hooks::key_path});
  registry.add({"webhooks.journal.latest", run_latest, hooks::key_path});
  registry.add({"webhooks.journal.next", run_next, hooks::key_path});
  registry.add({"webhooks.journal.batch.earliest", run_batch_earliest, hooks::key_path});
  registry.add({"webhooks.journal.batch.latest", run_batch_latest, hooks::key_path});
  registry.add({"webhooks.journal.batch.next", run_batch_next, hooks::key_path});
  registry.add({"webhooks.journal.batch.read", run_batch_read, hooks::key_path});
  registry.add({"webhooks.journal.file", run_file, hooks::key_path});
}

}  // namespace hubsim::operations
