#include "mock_server/control/file_fetcher.h"

#include "mock_server/portal/fetches.h"

namespace hubsim::control {

namespace {

/// Less than a manual clock's advance waits for what it set off.
constexpr std::chrono::seconds patience(10);

portal::FetchAnswer answer_of(net::ClientResult result) {
  if (!result.ok()) {
    return {.error = std::move(result.error_text)};
  }
  const std::string* type = result.header("content-type");
  return {.status = result.status,
          .content_type = type == nullptr ? "" : *type,
          .body = std::move(result.body)};
}

}  // namespace

void FileFetcher::collect() {
  for (const gateway::AccountPtr& account : world_.accounts()) {
    std::vector<portal::Fetches::Wanted> wanted;
    {
      const std::lock_guard lock(account->mutex);
      wanted = account->portal().part<portal::Fetches>().take();
    }
    for (portal::Fetches::Wanted& each : wanted) {
      const std::weak_ptr<gateway::Account> owner = account;
      client_.send(
          {.url = std::move(each.url), .timeout = patience},
          [this, owner, subject = each.subject, done = each.done](net::ClientResult result) {
            if (const auto alive = owner.lock()) {
              const std::lock_guard lock(alive->mutex);
              done(alive->portal(), world_.clock().now(), subject, answer_of(std::move(result)));
            }
          });
    }
  }
}

}  // namespace hubsim::control
