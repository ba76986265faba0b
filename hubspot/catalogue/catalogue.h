// Catalogue: every operation HubSpot has, as constant tables compiled from hubspot/data/catalogue
// at build time. One row for each concrete path: an operation that serves v3 and three dated
// versions has four rows with one id. Threads: constant data, no constructors; usable from any
// thread at any time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/http/message.h"

namespace hubsim::hubspot {

enum class Grade { modelled, stateful, shaped };
/// ordinary: daily and burst; search: daily and per second; exempt_burst: daily only.
enum class LimitClass { ordinary, search, exempt_burst, exempt_all };
enum class Paging { none, after_id, after_offset };
/// Kinds of credential (behaviour reference 1.1); a row takes a set of them.
enum class Credential : std::uint8_t {
  private_app = 1,
  oauth = 2,
  developer_key = 4,
  client_credentials = 8,
  none = 16,
};
/// What a bearer token of a kind the row does not take is told (1.4, R 2026-04).
enum class Refusal { credentials, developer_key, not_public };
enum class Role { list, read, create, update, archive, batch, search, other };

[[nodiscard]] std::string_view grade_name(Grade grade) noexcept;

struct OperationRow {
  std::string_view id;    ///< "crm.objects.batch.upsert"; rows of all versions share it
  std::string_view area;  ///< "crm.objects"
  std::string_view summary;
  Grade grade = Grade::shaped;
  http::Method method = http::Method::get;
  std::string_view path_template;  ///< "/crm/objects/2026-03/{objectType}/{objectId}"
  std::string_view version;        ///< "v3", "v4", "2026-03"
  int success_status = 200;
  LimitClass limit = LimitClass::ordinary;
  Paging paging = Paging::none;
  Role role = Role::other;
  bool json_body = false;        ///< takes a JSON request body
  std::uint8_t credentials = 0;  ///< set of Credential
  Refusal refusal = Refusal::credentials;
  /// One of these is enough. "{objectType}" stands for the plural of the type in the path.
  std::span<const std::string_view> scopes;
  std::string_view evidence;
  /// What a body may have beyond the server's own limit, spooled to disk; 0: nothing.
  std::uint64_t body_limit = 0;

  [[nodiscard]] constexpr bool takes(Credential kind) const noexcept {
    return (credentials & static_cast<std::uint8_t>(kind)) != 0;
  }
};

/// All rows, in order of the files they come from.
[[nodiscard]] std::span<const OperationRow> catalogue() noexcept;

}  // namespace hubsim::hubspot
