// Uploads and downloads: the parts of a multipart body become an item with bytes, which are served
// back; a collection that is downloaded as text is written as CSV.
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

namespace {

using operations::FormPart;

/// A part is the JSON it holds, or its text.
Json part_value(const FormPart& part) {
  const std::string_view text = trim(part.data);
  if (text.starts_with('{') || text.starts_with('[')) {
    auto parsed = json::parse(text);
    if (parsed) {
      return std::move(*parsed);
    }
  }
  return std::string(part.data);
}

const FormPart* file_part(const Call& call) {
  for (const FormPart& part : call.parts) {
    if (!part.file_name.empty() || part.name == "file") {
      return &part;
    }
  }
  return nullptr;
}

/// What the file itself says, then what the other parts do.
Json fields_of(const Call& call, const FormPart* file) {
  Json fields = Json::object();
  if (file != nullptr) {
    const auto dot = file->file_name.rfind('.');
    fields["name"] = file->file_name.substr(0, dot);
    fields["extension"] = dot == std::string::npos ? "" : file->file_name.substr(dot + 1);
    fields["size"] = file->data.size();
    fields["contentType"] = file->content_type;
  }
  for (const FormPart& part : call.parts) {
    if (&part != file) {
      fields[part.name] = part_value(part);
    }
  }
  return fields;
}

Item with_bytes(Item item, const FormPart* file) {
  if (file != nullptr) {
    item.bytes = std::make_shared<const std::string>(file->data);
    item.bytes_type = file->content_type;
  }
  return item;
}

Reply upload(Call& call) {
  const FormPart* file = file_part(call);
  Json fields = call.parts.empty() && call.body.is_object() ? call.body : fields_of(call, file);
  const ItemPtr known = call.id.empty() ? nullptr : find_item(call, call.id);
  Item item = known ? changed(call, *known, merged(*known->live, fields))
                    : new_item(call, std::move(fields));
  if (!known && !call.id.empty()) {
    item.id = call.id;
  }
  const std::string id = item.id;
  if (const auto error = save(call, with_bytes(std::move(item), file))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, id));
}

void append_cell(std::string& out, const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  out += '"';
}

std::string as_csv(Call& call) {
  std::string out = "id";
  std::vector<std::string> columns;
  if (call.resource.item) {
    for (const Field field : call.resource.item.fields()) {
      if (field.name != "id") {
        columns.emplace_back(field.name);
        out += "," + columns.back();
      }
    }
  }
  for (const auto& [number, item] : items_of(call).items()) {
    const Json row = render_item(call, call.resource.item, *item);
    out += "\n";
    append_cell(out, item->id);
    for (const std::string& column : columns) {
      const Json* value = json::find(row, column);
      out += ',';
      append_cell(out, value == nullptr         ? ""
                       : value->is_structured() ? json::dump(*value)
                                                : json::text_of(*value));
    }
  }
  return out + "\n";
}

Reply bytes_reply(const Call& call, std::string body, std::string type) {
  Reply reply = operations::answer(std::move(body), call.row.success_status);
  reply.content_type = std::move(type);
  return reply;
}

std::string answered_type(const Call& call) {
  const std::string_view type = call.row.response_type;
  return type.empty() || type.find('*') != std::string_view::npos ? "application/octet-stream"
                                                                  : std::string(type);
}

Reply download(Call& call) {
  if (call.row.response_type.find("json") != std::string_view::npos && !call.id.empty()) {
    const auto item = require_item(call);
    return item ? answer_item(call, **item) : operations::fail(call.context, item.error());
  }
  if (call.id.empty()) {
    return bytes_reply(call, as_csv(call), answered_type(call));
  }
  const auto item = require_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  if ((*item)->bytes) {
    const std::string& type = (*item)->bytes_type;
    return bytes_reply(call, *(*item)->bytes, type.empty() ? answered_type(call) : type);
  }
  return bytes_reply(call, json::dump(render_item(call, call.resource.item, **item)),
                     answered_type(call));
}

}  // namespace

void register_roles_uploads(RoleTable& table);
void register_roles_uploads(RoleTable& table) {
  table.add(Role::upload, upload);
  table.add(Role::download, download);
}

}  // namespace hubsim::generic
