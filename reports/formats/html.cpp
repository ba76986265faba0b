#include "reports/formats/html.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "common/base/assert.h"
#include "common/crypto/digest.h"
#include "reports/formats/assets.h"
#include "reports/formats/console.h"
#include "reports/formats/format.h"
#include "reports/formats/words.h"

namespace hubsim::reports {
namespace {

/// In this order: each needs the ones before.
constexpr std::array<std::string_view, 4> library_scripts = {"lib/uplot.js", "lib/preact.js",
                                                             "lib/hooks.js", "lib/htm.js"};
constexpr std::array<std::string_view, 9> page_scripts = {"core.js",     "widgets.js", "verdict.js",
                                                          "timeline.js", "records.js", "client.js",
                                                          "compare.js",  "rig.js",     "main.js"};
constexpr std::array<std::string_view, 3> styles = {"lib/uplot.css", "page.css", "compare.css"};
constexpr std::array<std::string_view, 3> licences = {"lib/uplot.licence", "lib/preact.licence",
                                                      "lib/htm.licence"};

std::string_view file_of(std::string_view name) {
  const std::string_view content = embedded_file(name);
  HUBSIM_ASSERT(content.data() != nullptr);
  return content;
}

/// A library's code without its last comment, which names a source map that is not here.
std::string_view without_source_map(std::string_view code) {
  return code.substr(0, code.rfind("//# sourceMappingURL="));
}

struct Inline {
  std::string elements;
  std::string hashes;  ///< for the policy: 'sha256-…' 'sha256-…'
};

void add(Inline& to, std::string_view tag, std::string_view content) {
  to.elements += fmt::format("<{0}>{1}</{0}>\n", tag, content);
  to.hashes += fmt::format(" 'sha256-{}'", crypto::sha256_base64(content));
}

Inline inline_scripts() {
  Inline scripts;
  for (const std::string_view name : library_scripts) {
    add(scripts, "script", without_source_map(file_of(name)));
  }
  std::string page = "(() => {\n\"use strict\";\n";
  for (const std::string_view name : page_scripts) {
    page += file_of(name);
  }
  add(scripts, "script", page + "})();\n");
  return scripts;
}

Inline inline_styles() {
  Inline style;
  for (const std::string_view name : styles) {
    add(style, "style", file_of(name));
  }
  return style;
}

std::string licence_texts() {
  std::string text;
  for (const std::string_view name : licences) {
    text += fmt::format("{}\n\n{}\n", name, file_of(name));
  }
  return xml_escape(text);
}

/// Puts the parts in place of {{name}}. The template is ours, so an unknown name is our mistake.
std::string fill(std::string_view page,
                 const std::vector<std::pair<std::string_view, std::string>>& parts) {
  std::string out;
  for (std::size_t open = page.find("{{"); open != page.npos; open = page.find("{{")) {
    const std::size_t close = page.find("}}", open);
    HUBSIM_ASSERT(close != page.npos);
    const std::string_view name = page.substr(open + 2, close - open - 2);
    const std::string* part = nullptr;
    for (const auto& [known, text] : parts) {
      part = known == name ? &text : part;
    }
    HUBSIM_ASSERT(part != nullptr);
    out += page.substr(0, open);
    out += *part;
    page.remove_prefix(close + 2);
  }
  out += page;
  return out;
}

/// The histograms of a long run would outweigh the page; they lie beside it, in latency.hlog.
Json data_of(const RunResult& result) {
  constexpr std::size_t most_log_bytes = 1'000'000;
  std::size_t bytes = 0;
  for (const Driver& driver : result.drivers) {
    bytes += driver.hdr_log.size();
  }
  Json data = to_json(result);
  for (Json& driver : data["drivers"]) {
    driver["hdr_log"] = bytes > most_log_bytes ? Json("") : driver["hdr_log"];
  }
  return data;
}

}  // namespace

std::string script_safe_json(const Json& value) {
  std::string out;
  for (const char c : json::dump(value)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

std::string render_page(const RunResult& result) {
  const Inline scripts = inline_scripts();
  const Inline style = inline_styles();
  const std::string policy = fmt::format(
      "default-src 'none'; script-src{}; style-src{}; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      scripts.hashes, style.hashes);
  const std::string title =
      fmt::format("{}: {}", name_of(result.verdict), xml_escape(result.scenario_name));
  return fill(file_of("page.html"), {{"policy", policy},
                                     {"title", title},
                                     {"style", style.elements},
                                     {"summary", xml_escape(render_summary(result, Colour::off))},
                                     {"data", script_safe_json(data_of(result))},
                                     {"licences", licence_texts()},
                                     {"scripts", scripts.elements}});
}

void register_format_html(FormatRegistry& registry);
void register_format_html(FormatRegistry& registry) {
  registry.add({"html", "report.html", "the page: one file, opens offline", &render_page});
}

}  // namespace hubsim::reports
