#include "mock_server/operations/support/multipart.h"

#include <algorithm>
#include <optional>

#include "common/base/text.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view form_type = "multipart/form-data";
constexpr std::string_view line_end = "\r\n";
constexpr std::size_t max_boundary = 70;  // RFC 2046 5.1.1

/// A parameter of a header value: name=token or name="quoted \"text\"". Names ignore case.
std::optional<std::string> parameter(std::string_view value, std::string_view wanted) {
  std::size_t at = value.find(';');
  while (at < value.size()) {
    at = value.find_first_not_of("; \t", at);
    const std::size_t equals = at == std::string_view::npos ? at : value.find('=', at);
    if (equals == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view name = trim(value.substr(at, equals - at));
    std::string text;
    at = equals + 1;
    if (at < value.size() && value[at] == '"') {
      for (++at; at < value.size() && value[at] != '"'; ++at) {
        // Browsers leave a backslash in file names as it is; only \" and \\ are escapes.
        const bool escape = value[at] == '\\' && at + 1 < value.size() &&
                            (value[at + 1] == '"' || value[at + 1] == '\\');
        at += escape ? 1 : 0;
        text += value[at];
      }
      if (at >= value.size()) {
        return std::nullopt;
      }
      at = value.find(';', at);
    } else {
      const std::size_t end = std::min(value.find(';', at), value.size());
      text = trim(value.substr(at, end - at));
      at = end;
    }
    if (equals_ignoring_case(name, wanted)) {
      return text;
    }
  }
  return std::nullopt;
}

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= max_boundary && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c == ' ' || (std::isalnum(static_cast<unsigned char>(c)) != 0) ||
                  std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
         });
}

/// Fills in the part from its header lines.
Status<> read_head(std::string_view head, FormPart& part) {
  bool disposition = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find(line_end), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + line_end.size(), head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      return Failure{std::string("a header of a part has no colon")};
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "content-type")) {
      part.content_type = value;
    } else if (equals_ignoring_case(name, "content-disposition")) {
      const std::string_view kind = trim(value.substr(0, value.find(';')));
      const auto field = parameter(value, "name");
      if (!equals_ignoring_case(kind, "form-data") || !field) {
        return Failure{std::string("a part is not form-data with a name")};
      }
      disposition = true;
      part.name = *field;
      part.file_name = parameter(value, "filename").value_or("");
    }
  }
  return disposition ? Status<>(Done{}) : Failure{std::string("a part has no Content-Disposition")};
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                              std::string_view body) {
  if (!equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))), form_type)) {
    return Failure{std::string("the content type is not multipart/form-data")};
  }
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || !is_boundary(*boundary)) {
    return Failure{std::string("the content type has no boundary")};
  }
  const std::string delimiter = "\r\n--" + *boundary;
  const std::string_view first = std::string_view(delimiter).substr(line_end.size());
  if (!body.starts_with(first)) {
    return Failure{std::string("the body does not begin with the boundary")};
  }
  std::vector<FormPart> parts;
  body.remove_prefix(first.size());
  while (!body.starts_with("--")) {
    if (!body.starts_with(line_end)) {
      return Failure{std::string("a boundary is not followed by a line end")};
    }
    body.remove_prefix(line_end.size());
    const std::size_t head_end = body.substr(0, max_form_head_bytes).find("\r\n\r\n");
    if (head_end == std::string_view::npos) {
      return Failure{std::string("the headers of a part do not end")};
    }
    if (parts.size() == max_form_parts) {
      return Failure{"more than " + std::to_string(max_form_parts) + " parts"};
    }
    FormPart& part = parts.emplace_back();
    if (auto read = read_head(body.substr(0, head_end), part); !read) {
      return Failure{read.error()};
    }
    body.remove_prefix(head_end + 2 * line_end.size());
    // An empty part: its delimiter's line end is the one that ended the headers.
    const std::size_t end = body.starts_with(first) ? std::string_view::npos : body.find(delimiter);
    if (end == std::string_view::npos && !body.starts_with(first)) {
      return Failure{std::string("the closing boundary is missing")};
    }
    part.data = end == std::string_view::npos ? std::string_view() : body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? first.size() : end + delimiter.size());
  }
  return parts;
}

const FormPart* find_part(const std::vector<FormPart>& parts, std::string_view name) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const FormPart& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace hubsim::operations
