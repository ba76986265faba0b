// MockHandle: the simulated HubSpot a run plays against, as the runner knows it: addresses and
// credentials, nothing of its insides. app/ starts one in process, or `--mock URL` names one.
// Threads: plain values; the destructor of an in-process mock stops it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.h"

namespace hubsim::scenarios {

class MockHandle {
 public:
  MockHandle() = default;
  MockHandle(const MockHandle&) = delete;
  MockHandle& operator=(const MockHandle&) = delete;
  virtual ~MockHandle() = default;

  std::string url;          ///< "http://127.0.0.1:8400"
  std::string control_url;  ///< "http://127.0.0.1:8400/_hubsim/v1"
  std::string portal_id;
  std::string access_token;
  std::string app_id;
  std::string client_id;
  std::string client_secret;
};

/// What a scenario's world asks of the mock.
struct MockOptions {
  std::string tier = "professional";
  std::string limits = "hubspot";
  std::string app = "private";
  std::uint64_t seed = 1;
};

using MockFactory = std::function<Result<std::unique_ptr<MockHandle>>(const MockOptions&)>;

/// A mock that runs already: asks its control API for the credentials and resets it, because a run
/// judges everything that was ever written. Refuses one whose clock is not real.
[[nodiscard]] Result<std::unique_ptr<MockHandle>> attach_to_mock(const std::string& url);

}  // namespace hubsim::scenarios
