#include "reports/formats/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace hubsim::reports {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when it is broken.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) > 0x9F;
  const bool too_large = lead == 0xF4 && byte(1) > 0x8F;
  const bool not_a_character = lead == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE;
  return overlong || surrogate || too_large || not_a_character ? 0 : length;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\n':  // kept as a reference: an attribute would fold it to a blank
      out += "&#10;";
      return;
    case '\t':
      out += "&#9;";
      return;
    default:
      if (static_cast<unsigned char>(c) < 0x20) {
        out += replacement;
      } else {
        out += c;
      }
  }
}

std::size_t count_of(const RunResult& result, RequirementVerdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(result.requirements.begin(), result.requirements.end(),
                    [&](const Requirement& one) { return one.verdict == verdict; }));
}

}  // namespace

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) {
    text.insert(at - 3, ",");
  }
  return text;
}

std::string ms_text(double milliseconds) {
  if (milliseconds > 0 && milliseconds < 1) {
    return fmt::format("{:.{}f}ms", milliseconds, milliseconds < 0.1 ? 3 : 2);
  }
  if (milliseconds < 10) {
    return fmt::format("{:.1f}ms", milliseconds);
  }
  if (milliseconds < 999.5) {
    return fmt::format("{:.0f}ms", milliseconds);
  }
  const double seconds = milliseconds / 1000;
  if (seconds < 119.95) {
    return fmt::format("{:.1f}s", seconds);
  }
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  return fmt::format("{}m {:02}s", whole / 60, whole % 60);
}

std::string requirements_sum(const RunResult& result) {
  if (result.requirements.empty()) {
    return "no requirements";
  }
  std::string text =
      fmt::format("{} of {} requirements passed", count_of(result, RequirementVerdict::pass),
                  result.requirements.size());
  const std::array<std::pair<RequirementVerdict, std::string_view>, 3> others = {{
      {RequirementVerdict::fail, "failed"},
      {RequirementVerdict::invalid, "could not be judged"},
      {RequirementVerdict::vacuous, "saw nothing"},
  }};
  for (const auto& [verdict, word] : others) {
    if (const std::size_t count = count_of(result, verdict); count > 0) {
      text += fmt::format(", {} {}", count, word);
    }
  }
  return text;
}

std::string_view verdict_word(RequirementVerdict verdict) noexcept {
  switch (verdict) {
    case RequirementVerdict::pass:
      return "pass";
    case RequirementVerdict::fail:
      return "FAIL";
    case RequirementVerdict::invalid:
      return "INVALID";
    case RequirementVerdict::vacuous:
      return "SAW NOTHING";
  }
  return "";
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const bool control = static_cast<unsigned char>(text.front()) < 0x20 || text.front() == '\x7f';
    out += length == 0 ? replacement : control ? std::string_view(" ") : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string xml_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 1) {
      append_ascii(out, text.front());
    } else {
      out += length == 0 ? replacement : text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace hubsim::reports
