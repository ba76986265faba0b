// Files: upload, replace, read, update, archive, erase (behaviour reference 7, "Files").
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/files/file_input.h"
#include "mock_server/operations/files/file_render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/multipart.h"

namespace hubsim::operations {

namespace {

constexpr Field option_fields[] = {
    {"access", Field::Kind::text, true, access_words},
    {"overwrite", Field::Kind::boolean},
    {"duplicateValidationStrategy", Field::Kind::text, false, "NONE, REJECT, RETURN_EXISTING"},
    {"duplicateValidationScope", Field::Kind::text, false, "ENTIRE_PORTAL, EXACT_FOLDER"},
    {"ttl"},
    {"expiresAt"}};
constexpr Field update_fields[] = {{"name"},
                                   {"access", Field::Kind::text, false, access_words},
                                   {"parentFolderId"},
                                   {"parentFolderPath"},
                                   {"isUsableInContent", Field::Kind::boolean},
                                   {"expiresAt"},
                                   {"clearExpires", Field::Kind::boolean}};

struct Upload {
  std::vector<FormPart> parts;
  const FormPart* file = nullptr;
  [[nodiscard]] std::string text(std::string_view name) const {
    const FormPart* part = find_part(parts, name);
    return part == nullptr ? "" : std::string(part->data);
  }
};

Read<Upload> read_upload(const Context& context) {
  auto parts =
      parse_multipart(context.request.header("content-type").value_or(""), context.request.body);
  if (!parts) {
    return Failure{choices::validation(parts.error())};
  }
  Upload upload{.parts = std::move(*parts)};
  upload.file = find_part(upload.parts, "file");
  if (upload.file == nullptr) {
    return Failure{choices::validation("No file was uploaded")};  // U
  }
  return upload;
}

/// `options` is a JSON text in a part of its own; `access` must be in it (D).
Read<FileOptions> read_options(const std::string& text) {
  auto parsed = json::parse(text.empty() ? "{}" : text);
  if (!parsed) {
    return Failure{
        hubspot::invalid_json(parsed.error().line, parsed.error().column, parsed.error().message)};
  }
  const auto fields = read_fields(text, *parsed, option_fields);
  if (!fields) {
    return Failure{fields.error()};
  }
  const std::string strategy = member_text(*fields, "duplicateValidationStrategy");
  return FileOptions{
      .access = member_text(*fields, "access"),
      .overwrite = member_text(*fields, "overwrite") == "true",
      .strategy = strategy.empty() ? "NONE" : strategy,
      .whole_portal = member_text(*fields, "duplicateValidationScope") != "EXACT_FOLDER"};
}

Reply answer_file(const Context& context, const StoredFile& file, int status = 200) {
  return answer(json::dump(render_file(context, context.portal.part<FileBook>(), file)), status);
}

Reply run_upload(Context& context) {
  const auto upload = read_upload(context);
  if (!upload) {
    return fail(context, upload.error());
  }
  const auto options = read_options(upload->text("options"));
  if (!options) {
    return fail(context, options.error());
  }
  const auto folder =
      find_folder(context, {.id = upload->text("folderId"), .path = upload->text("folderPath")});
  if (!folder) {
    return fail(context, folder.error());
  }
  const std::string wanted = upload->text("fileName");
  FileName name = split_name(wanted.empty() ? upload->file->file_name : wanted);
  if (name.extension.empty()) {
    name.extension = split_name(upload->file->file_name).extension;
  }
  const auto file = store_file(context.portal, context.now,
                               {.folder = *folder,
                                .name = std::move(name),
                                .content_type = upload->file->content_type,
                                .bytes = std::string(upload->file->data)},
                               *options);
  return file ? answer_file(context, **file, 201) : fail(context, file.error());
}

Reply run_replace(Context& context) {
  const auto file = named_file(context);
  if (!file) {
    return fail(context, file.error());
  }
  const auto upload = read_upload(context);
  if (!upload) {
    return fail(context, upload.error());
  }
  const std::string text = upload->text("options");
  const auto options =
      text.empty() ? Read<FileOptions>(FileOptions{.access = (*file)->access}) : read_options(text);
  if (!options) {
    return fail(context, options.error());
  }
  if (!context.portal.part<FileBook>().set_bytes(**file, std::string(upload->file->data))) {
    return fail(context, file_account_full());
  }
  (*file)->access = options->access;
  (*file)->updated = context.now;
  return answer_file(context, **file);
}

Reply run_read(Context& context) {
  const auto file = named_file(context);
  return file ? answer_file(context, **file) : fail(context, file.error());
}

std::optional<ApiError> move_file(Context& context, const Json& body, StoredFile& file) {
  if (!body.contains("parentFolderId") && !body.contains("parentFolderPath")) {
    return std::nullopt;
  }
  const auto folder = find_folder(context, {.id = member_text(body, "parentFolderId"),
                                            .path = member_text(body, "parentFolderPath")});
  if (!folder) {
    return folder.error();
  }
  file.folder = *folder;
  return std::nullopt;
}

Reply run_update(Context& context) {
  const auto file = named_file(context);
  const auto body = file ? read_fields(context, update_fields) : Read<Json>(Failure{file.error()});
  if (!body) {
    return fail(context, body.error());
  }
  StoredFile& stored = **file;
  if (const auto error = move_file(context, *body, stored)) {
    return fail(context, *error);
  }
  if (body->contains("name")) {
    const FileName name = split_name(member_text(*body, "name"));
    stored.name = name.extension == stored.extension ? name.name : member_text(*body, "name");
  }
  if (body->contains("access")) {
    stored.access = member_text(*body, "access");
  }
  if (body->contains("isUsableInContent")) {
    stored.usable = member_text(*body, "isUsableInContent") == "true";
  }
  if (const auto expires = parse_iso8601(member_text(*body, "expiresAt"))) {
    stored.expires = *expires;
  }
  if (member_text(*body, "clearExpires") == "true") {
    stored.expires.reset();
  }
  stored.updated = context.now;
  return answer_file(context, stored);
}

Reply run_archive(Context& context) {
  const auto file = named_file(context);
  if (!file) {
    return fail(context, file.error());
  }
  (*file)->archived = true;
  (*file)->updated = context.now;
  return no_content();
}

Reply run_erase(Context& context) {
  const auto file = named_file(context);
  if (!file) {
    return fail(context, file.error());
  }
  context.portal.part<FileBook>().erase((*file)->id);
  return no_content();
}

}  // namespace

void register_files_files(OperationRegistry& registry);
void register_files_files(OperationRegistry& registry) {
  registry.add({"files.files.upload", run_upload, path_key});
  registry.add({"files.files.upload.by_file_id", run_replace, path_key});
  registry.add({"files.files.read", run_read, path_key});
  registry.add({"files.files.update", run_update, path_key});
  registry.add({"files.files.archive", run_archive, path_key});
  registry.add({"files.files.gdpr_delete", run_erase, path_key});
}

}  // namespace hubsim::operations
