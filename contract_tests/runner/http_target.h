// HttpTarget: a HubSpot behind a URL. A hubsim mock there is recognised by its control API and used
// to the full: reset before each case, options, scopes, both apps, a manual clock; webhooks are
// held, so that none goes out to where a case says. The real HubSpot has none of that: cases that
// need it are refused, and records that a case created are archived after it.
// Threads: one thread at a time. Never moves or prints the token.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/net/blocking_client.h"
#include "contract_tests/runner/target.h"

namespace hubsim::contract {

class HttpTarget final : public Target {
 public:
  /// `base_url` without a slash at its end.
  HttpTarget(std::string base_url, std::string token);

  /// Looks who is there. An error means that nobody answered.
  [[nodiscard]] Status<> connect();
  [[nodiscard]] bool is_hubsim() const noexcept { return hubsim_; }
  /// A mock whose clock is manual and starts when cases begin; others fail some.
  [[nodiscard]] bool is_on_time() const noexcept { return manual_clock_ && on_time_; }

  [[nodiscard]] std::string refusal(const Case& what) override;
  [[nodiscard]] Status<> begin(const Case& what) override;
  [[nodiscard]] Status<> advance(Duration by) override;
  [[nodiscard]] Result<http::Response> call(const http::Request& request) override;
  [[nodiscard]] Variables names() const override { return names_; }
  void end() override;

 private:
  [[nodiscard]] Result<Json> control(const std::string& method, const std::string& path,
                                     const Json& body);
  [[nodiscard]] Status<> prepare_hubsim(const Case& what);
  /// A token of the app itself, from the token endpoint.
  [[nodiscard]] Status<> get_app_token();
  [[nodiscard]] Status<> learn_from_hubsim();
  void learn_from_hubspot();
  void remember_creation(const http::Request& request, const http::Response& response);

  std::string base_url_;
  net::BlockingHttpClient client_;
  Variables names_;
  bool hubsim_ = false;
  bool manual_clock_ = false;
  bool on_time_ = false;
  std::string tier_;
  /// hubsim only: names of the private app and of the OAuth app, by `Case::app`.
  std::map<std::string, Variables> apps_;
  bool uses_app_token_ = false;
  Duration app_token_age_{0};
  std::vector<std::string> created_;  ///< targets to DELETE when the case is over
};

}  // namespace hubsim::contract
