#include "loadgen/drivers/text_template.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/random/prng.h"

namespace hubsim::loadgen {

Result<TextTemplate> TextTemplate::parse(std::string_view text) {
  const std::vector<std::string> known{"index", "uuid"};
  TextTemplate made;
  while (true) {
    const auto start = text.find("${");
    const auto end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) {
      made.parts_.push_back({std::string(text), Then::end});
      return made;
    }
    const std::string_view name = text.substr(start + 2, end - start - 2);
    if (name != "index" && name != "uuid") {
      return Failure{"unknown name ${" + std::string(name) + "}" + did_you_mean(name, known) +
                     "; known: ${index}, ${uuid}"};
    }
    made.parts_.push_back(
        {std::string(text.substr(0, start)), name == "index" ? Then::index : Then::uuid});
    text.remove_prefix(end + 1);
  }
}

void TextTemplate::append_to(std::string& out, std::uint64_t index, std::string_view uuid) const {
  for (const Part& part : parts_) {
    out += part.text;
    if (part.then == Then::index) {
      fmt::format_to(std::back_inserter(out), "{}", index);
    } else if (part.then == Then::uuid) {
      out += uuid;
    }
  }
}

std::string TextTemplate::fill(std::uint64_t index, std::string_view uuid) const {
  std::string out;
  append_to(out, index, uuid);
  return out;
}

std::string keyed_uuid(std::uint64_t seed, std::string_view name, std::uint64_t index) {
  Prng prng = keyed_prng(seed, {"uuid", name, std::to_string(index)});
  const std::uint64_t high = (prng.next() & 0xffff'ffff'ffff'0fffULL) | 0x4000U;
  const std::uint64_t low = (prng.next() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                     high & 0xffffU, low >> 48U, low & 0xffff'ffff'ffffULL);
}

}  // namespace hubsim::loadgen
