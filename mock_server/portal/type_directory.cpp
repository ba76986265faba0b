#include "mock_server/portal/type_directory.h"

#include <algorithm>
#include <cstdint>

namespace hubsim::portal {

std::size_t TypeDirectory::Hash::operator()(std::string_view name) const noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(to_lower_ascii(c))) * 0x100000001b3ULL;
  }
  return hash ^ (hash >> 32U);
}

std::optional<TypeIndex> TypeDirectory::find(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? std::nullopt : std::optional(it->second);
}

bool TypeDirectory::knows_any(const std::vector<std::string_view>& names) const {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return by_name_.contains(name); });
}

void TypeDirectory::add(const std::vector<std::string_view>& names, TypeIndex type) {
  for (const std::string_view name : names) {
    by_name_.try_emplace(std::string(name), type);
  }
}

void TypeDirectory::remove(TypeIndex type) {
  boost::unordered::erase_if(by_name_, [&](const auto& entry) { return entry.second == type; });
}

}  // namespace hubsim::portal
