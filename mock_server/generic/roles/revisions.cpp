// Revisions: the versions an item had before each change of its live version.
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/generic/core/listing.h"
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

namespace {

/// Its own item, whatever the catalogue's paths call the id: the first owner or id of the path.
Read<ItemPtr> revised_item(Call& call) { return require_item(call); }

/// The newest revision is the live version itself.
std::vector<Revision> all_revisions(const Item& item) {
  std::vector<Revision> all = item.revisions;
  all.push_back(
      {.number = all.empty() ? 1 : all.back().number + 1, .fields = item.live, .at = item.updated});
  return all;
}

std::string wanted_number(const Call& call) {
  for (const char* name : {"revisionId", "versionId", "revision"}) {
    if (!call.context.param(name).empty()) {
      return std::string(call.context.param(name));
    }
  }
  return "";
}

Json render_revision(const Call& call, Shape shape, const Item& item, const Revision& revision) {
  Item then = item;
  then.updated = revision.at;
  Json members = render_version(call, call.resource.item, then, *revision.fields);
  const Json whole = members;
  members["id"] = std::to_string(revision.number);
  members["revisionId"] = std::to_string(revision.number);
  members["updatedAt"] = format_iso8601(revision.at);
  for (const char* name : {"object", "properties"}) {
    const Field field = shape ? shape.field(name) : Field();
    if (field) {
      members[name] = whole;
    }
  }
  return conform(shape, members, "", call, 0);
}

Reply list(Call& call) {
  const auto item = revised_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Page page;
  const auto all = all_revisions(**item);
  for (auto each = all.rbegin(); each != all.rend(); ++each) {
    page.items.push_back(render_revision(call, element_of(call.row.response), **item, *each));
  }
  page.total = page.items.size();
  return answer_with(call, list_body(call, call.row.response, page));
}

struct Found {
  ItemPtr item;
  Revision revision;
};

Read<Found> find(Call& call) {
  const auto item = revised_item(call);
  if (!item) {
    return Failure{item.error()};
  }
  for (Revision& each : all_revisions(**item)) {
    if (std::to_string(each.number) == wanted_number(call)) {
      return Found{*item, std::move(each)};
    }
  }
  return Failure{hubspot::object_not_found()};
}

Reply read(Call& call) {
  const auto found = find(call);
  if (!found) {
    return operations::fail(call.context, found.error());
  }
  return answer_with(call, render_revision(call, call.row.response, *found->item, found->revision));
}

Reply restore(Call& call) {
  const auto found = find(call);
  if (!found) {
    return operations::fail(call.context, found.error());
  }
  Item next = *found->item;
  if (call.is_draft() || call.row.verb.find("draft") != std::string_view::npos) {
    next.draft = found->revision.fields;
    next.updated = call.context.now;
  } else {
    next = changed(call, next, *found->revision.fields);
  }
  const std::string id = next.id;
  if (const auto error = save(call, std::move(next))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, id));
}

}  // namespace

void register_roles_revisions(RoleTable& table);
void register_roles_revisions(RoleTable& table) {
  table.add(Role::list_revisions, list);
  table.add(Role::read_revision, read);
  table.add(Role::restore_revision, restore);
}

}  // namespace hubsim::generic
