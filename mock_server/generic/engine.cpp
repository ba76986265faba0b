#include "mock_server/generic/engine.h"

#include <stdexcept>

#include "common/random/prng.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

Engine::Engine(std::span<const hubspot::OperationRow> rows)
    : rows_(rows), roles_(std::make_unique<RoleTable>()) {
  register_all_roles(*roles_);
  for (const hubspot::OperationRow& row : rows) {
    if (row.grade != hubspot::Grade::modelled && roles_->find(row.role) == nullptr) {
      throw std::logic_error("no generic answer for role " +
                             std::string(hubspot::role_name(row.role)) + " of " +
                             std::string(row.id));
    }
  }
}

Engine::~Engine() = default;

const ResourceIndex& Engine::index() const {
  std::call_once(built_, [this] { index_ = std::make_unique<ResourceIndex>(rows_); });
  return *index_;
}

operations::Reply Engine::run(operations::Context& context,
                              const hubspot::OperationRow& row) const {
  auto call = locate(context, row, index());
  if (!call) {
    return operations::fail(context, call.error());
  }
  if (const auto error = read_body(*call)) {
    return operations::fail(context, *error);
  }
  return roles_->find(row.role)(*call);
}

std::string Engine::key(const operations::Context& context) const {
  std::string key = std::string(context.request.path) + "?" + std::string(context.request.query);
  if (!context.request.body.empty()) {
    key += "#" + std::to_string(stable_hash(context.request.body));
  }
  return key;
}

}  // namespace hubsim::generic
