#include "hubspot/catalogue/catalogue.h"

#include <array>

namespace hubsim::hubspot {

namespace {

constexpr std::array<std::string_view, 3> grade_names{"modelled", "stateful", "shaped"};

constexpr std::array role_names = std::to_array<std::string_view>({"list",
                                                                   "read",
                                                                   "create",
                                                                   "update",
                                                                   "replace",
                                                                   "upsert",
                                                                   "archive",
                                                                   "restore",
                                                                   "purge",
                                                                   "batch",
                                                                   "batch_read",
                                                                   "batch_create",
                                                                   "batch_update",
                                                                   "batch_replace",
                                                                   "batch_upsert",
                                                                   "batch_archive",
                                                                   "batch_other",
                                                                   "search",
                                                                   "clone",
                                                                   "publish_draft",
                                                                   "reset_draft",
                                                                   "publish",
                                                                   "unpublish",
                                                                   "schedule",
                                                                   "list_revisions",
                                                                   "read_revision",
                                                                   "restore_revision",
                                                                   "attach_language",
                                                                   "detach_language",
                                                                   "create_language",
                                                                   "set_primary_language",
                                                                   "update_languages",
                                                                   "upload",
                                                                   "download",
                                                                   "task_start",
                                                                   "task_status",
                                                                   "read_one",
                                                                   "replace_one",
                                                                   "update_one",
                                                                   "archive_one",
                                                                   "action",
                                                                   "other"});
static_assert(role_names.size() == static_cast<std::size_t>(Role::other) + 1);

}  // namespace

std::string_view grade_name(Grade grade) noexcept {
  return grade_names[static_cast<std::size_t>(grade)];
}

std::string_view role_name(Role role) noexcept {
  return role_names[static_cast<std::size_t>(role)];
}

}  // namespace hubsim::hubspot
