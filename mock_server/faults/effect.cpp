#include "mock_server/faults/effect.h"

#include <array>

namespace hubsim::faults {

namespace {

/// In the order of their enumerators.
constexpr std::array<std::string_view, 4> forgery_names{"wrong_secret", "stale_timestamp",
                                                        "wrong_signature", "replay"};
constexpr std::array<std::string_view, 4> malformation_names{
    "truncated", "oversized", "unknown_event_type", "unknown_fields"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.at(i) == name) {
      return static_cast<Enum>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view forgery_name(Forgery forgery) noexcept {
  return forgery_names[static_cast<std::size_t>(forgery)];
}

std::optional<Forgery> find_forgery(std::string_view name) noexcept {
  return find_name<Forgery>(forgery_names, name);
}

std::string_view malformation_name(Malformation malformation) noexcept {
  return malformation_names[static_cast<std::size_t>(malformation)];
}

std::optional<Malformation> find_malformation(std::string_view name) noexcept {
  return find_name<Malformation>(malformation_names, name);
}

}  // namespace hubsim::faults
