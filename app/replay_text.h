// A command line as text for a report: quoted for a shell, and without the secrets it was given.
// Reports are kept and shown around; whoever plays the run again puts the secrets in again.
// Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubsim::app {

/// For a POSIX shell; plain words stay as they are.
[[nodiscard]] std::string shell_quoted(std::string_view text);
/// Without user and password, and without the values of query parameters that sound secret.
[[nodiscard]] std::string safe_url(std::string_view url);
/// "hubsim load ..." from the arguments after that. `dropped` are flags that only say where results
/// go, "--out"; `bare` are those of them that have no value.
[[nodiscard]] std::string replay_text(std::string_view program,
                                      std::span<const std::string> arguments,
                                      std::span<const std::string_view> dropped,
                                      std::span<const std::string_view> bare);

}  // namespace hubsim::app
