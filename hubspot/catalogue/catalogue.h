// Catalogue: every operation HubSpot has, packed at build time from hubspot/data/catalogue (how:
// tools/catalogue). One row for each concrete path: an operation that serves v3 and three dated
// versions has four rows with one id. Rows are unpacked once, when first asked for (about a
// millisecond); shapes stay packed (shape.h).
// Threads: constant once made; usable from any thread at any time.
// An engine takes rows as a span and asks for no names: `--openapi` brings rows of other origin.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/http/message.h"
#include "hubspot/catalogue/shape.h"

namespace hubsim::hubspot {

enum class Grade { modelled, stateful, shaped };
/// ordinary: daily and burst; search: daily and per second; exempt_burst: daily only.
enum class LimitClass { ordinary, search, exempt_burst, exempt_all };
/// How a list continues. after_id: `paging.next.after` is a cursor; after_offset: it is a number
/// (search). offset: the caller counts (`offset` in, `offset`/`hasMore` or `total` out). none: the
/// whole list at once.
enum class Paging { none, after_id, after_offset, offset };
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
/// What an operation does to its resource. `other`, `action` and `batch` have no generic meaning
/// beyond their shapes. update: PATCH, merges; replace: PUT. Draft or live is Stage's business.
enum class Role : std::uint8_t {
  list,
  read,
  create,
  update,
  replace,
  upsert,
  archive,
  restore,     ///< from the archive
  purge,       ///< for good: gdpr-delete and the like
  batch,       ///< an overlay's batch of any verb; its code knows
  batch_read,  ///< `inputs` of ids to `results`
  batch_create,
  batch_update,
  batch_replace,
  batch_upsert,
  batch_archive,
  batch_other,
  search,  ///< a list that is asked for by POST
  clone,
  publish_draft,  ///< the draft becomes the live version (push-live, publish)
  reset_draft,    ///< the live version becomes the draft again
  publish,
  unpublish,
  schedule,
  list_revisions,
  read_revision,
  restore_revision,
  attach_language,  ///< multi-language groups
  detach_language,
  create_language,
  set_primary_language,
  update_languages,
  upload,       ///< multipart; makes or replaces the item
  download,     ///< answers bytes (see response_type)
  task_start,   ///< answers the id of something that runs over time
  task_status,  ///< id_param is the task's id
  read_one,     ///< a resource without id: settings, totals, usage
  replace_one,  ///< writes such a resource, PUT or POST
  update_one,
  archive_one,
  action,  ///< any other verb on an item or a collection; OperationRow::verb says which
  other,
};
/// Which of an item's two versions an operation sees, where HubSpot keeps two (CMS, e-mails).
enum class Stage : std::uint8_t { live, draft };

[[nodiscard]] std::string_view grade_name(Grade grade) noexcept;
[[nodiscard]] std::string_view role_name(Role role) noexcept;

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

  // What follows describes the operation to code that does not know it by name.
  /// Which things it acts on: the collection's path without version, parameters empty, the same in
  /// all versions: "/cms/hubdb/tables/{}/rows". Operations of one resource see the same items.
  std::string_view resource;
  /// Path parameters that say whose collection it is, outermost first: {"tableIdOrName"}.
  std::span<const std::string_view> owner_params;
  /// Path parameter that names the item: "rowId"; empty where the path names none.
  std::string_view id_param;
  /// Last literal of an action's path: "push-live", "clone", "cancel".
  std::string_view verb;
  Stage stage = Stage::live;
  std::string_view request_type;   ///< content type of the body; empty: takes none
  std::string_view response_type;  ///< content type of the success; empty: no body
  Shape request;                   ///< of the body; of a multipart body its parts
  Shape response;
  Shape query;             ///< object: query parameters and headers (Field::header)
  int partial_status = 0;  ///< 207 where part of a batch may fail; 0: never
  bool derived = false;    ///< inferred from another version of its family, seen in no client
  bool retired = false;    ///< HubSpot has withdrawn it, or said when it will

  [[nodiscard]] constexpr bool takes(Credential kind) const noexcept {
    return (credentials & static_cast<std::uint8_t>(kind)) != 0;
  }
};

/// All rows, in order of the files they come from.
[[nodiscard]] std::span<const OperationRow> catalogue() noexcept;

}  // namespace hubsim::hubspot
