// Gateway: what each API request passes, in this order: route, credential, object type, scope,
// limits, faults before, operation, faults after, wire plan (design, section 3). Transport-free:
// the server, the simulation tests, the fuzzers and the contract suite drive the same object.
// Threads: handle() and sent() from any thread. The account's lock is held from scope to faults.
// Order of the checks: behaviour reference 1.4 (recorded 2026-08).
#pragma once

#include "hubspot/catalogue/router.h"
#include "hubspot/rules/error_envelope.h"
#include "mock_server/gateway/outcome.h"
#include "mock_server/gateway/world.h"
#include "mock_server/generic/engine.h"

namespace hubsim::gateway {

class Gateway final : public Handler {
 public:
  explicit Gateway(World& world);

  [[nodiscard]] Outcome handle(const http::RequestView& request) override;
  void sent(const Sent& sent) override;
  [[nodiscard]] std::uint64_t body_limit(http::Method method, std::string_view path) const override;

  [[nodiscard]] const hubspot::Router& router() const noexcept { return router_; }

 private:
  struct Pass;
  void answer(Pass& pass);
  void note_nearest(Pass& pass) const;
  [[nodiscard]] bool authenticate(Pass& pass) const;
  [[nodiscard]] bool refuse_credentials(Pass& pass, const hubspot::ApiError& error) const;
  [[nodiscard]] bool too_long(Pass& pass) const;
  [[nodiscard]] bool check_rights(Pass& pass);
  [[nodiscard]] bool check_limits(Pass& pass);
  void act(Pass& pass);
  /// False for a row of the catalogue that nothing answers yet: then the path is unknown.
  [[nodiscard]] const operations::Operation* code_of(const hubspot::OperationRow& row) const;
  void run_with_faults(Pass& pass, const operations::Operation* operation,
                       operations::Context& context);
  void run_operation(Pass& pass, const operations::Operation* operation,
                     operations::Context& context) const;
  void finish(Pass& pass);
  void record(const Pass& pass);
  static void fail(Pass& pass, const hubspot::ApiError& error);
  static void fail(Pass& pass, hubspot::ErrorPage page);

  World& world_;
  hubspot::Router router_;
  operations::OperationRegistry operations_;
  generic::Engine generic_;
  /// By row of the catalogue: names are looked up once, at construction.
  std::vector<const operations::Operation*> operation_of_row_;
};

}  // namespace hubsim::gateway
