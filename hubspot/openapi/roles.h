// Roles: what an operation does to which resource, read from its method and path: the rules of
// tools/catalogue/roles.py for documents that come at start. A test holds both together.
// Threads: pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/catalogue/catalogue.h"

namespace hubsim::hubspot {

struct PathFacts {
  http::Method method = http::Method::get;
  std::string_view path;
  bool is_list = false;    ///< the answer is an array, or has `results`
  bool is_binary = false;  ///< the answer is a file
  bool is_multipart = false;
  bool takes_inputs = false;  ///< the body has `inputs`
};

struct Placed {
  Role role = Role::other;
  Stage stage = Stage::live;
  std::string resource;
  std::vector<std::string> owner_params;
  std::string id_param;
  std::string verb;
};

/// The paths of all operations of a document: what exists beside one says what it is.
class Neighbours {
 public:
  void add(const PathFacts& facts);
  [[nodiscard]] bool is_collection(const std::string& anonymous) const;
  [[nodiscard]] bool reads(const std::string& anonymous) const;

 private:
  std::set<std::string> items_;  ///< collections: something stands below them
  std::set<std::string> reads_;
};

[[nodiscard]] Placed place_operation(const PathFacts& facts, const Neighbours& neighbours);
/// Whether the role has a meaning that a generic engine can carry out with memory.
[[nodiscard]] bool has_memory(Role role) noexcept;
/// The version in the path: "v3", "2026-03"; "unversioned" for none.
[[nodiscard]] std::string_view version_of(std::string_view path) noexcept;

}  // namespace hubsim::hubspot
