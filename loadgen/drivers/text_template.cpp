#include "loadgen/drivers/text_template.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"

namespace hubsim::loadgen {

Result<TextTemplate> TextTemplate::parse(std::string_view text,
                                         const std::vector<std::string>& named) {
  std::vector<std::string> known{"index", "uuid"};
  known.insert(known.end(), named.begin(), named.end());
  TextTemplate made;
  while (true) {
    const auto start = text.find("${");
    const auto end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) {
      made.parts_.push_back({std::string(text), Then::end});
      return made;
    }
    const std::string name(text.substr(start + 2, end - start - 2));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Failure{"unknown name ${" + name + "}" + did_you_mean(name, known) +
                     "; known: " + join(known, ", ")};
    }
    const Then then = name == "index" ? Then::index : name == "uuid" ? Then::uuid : Then::named;
    made.parts_.push_back({std::string(text.substr(0, start)), then, name});
    text.remove_prefix(end + 1);
  }
}

std::string TextTemplate::fill(std::uint64_t index, std::string_view uuid,
                               const NamedValues& named) const {
  std::string out;
  for (const Part& part : parts_) {
    out += part.text;
    if (part.then == Then::index) {
      fmt::format_to(std::back_inserter(out), "{}", index);
    } else if (part.then == Then::uuid) {
      out += uuid;
    } else if (part.then == Then::named) {
      const auto value = named.find(part.name);
      out += value == named.end() ? "" : value->second;
    }
  }
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
