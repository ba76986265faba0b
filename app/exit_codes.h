// Exit codes of every subcommand (DESIGN 4); CI scripts branch on them, so they never change.
#pragma once

namespace hubsim::app {

inline constexpr int exit_pass = 0;
inline constexpr int exit_fail = 1;         ///< a requirement failed
inline constexpr int exit_usage = 2;        ///< bad file or usage
inline constexpr int exit_invalid = 3;      ///< the run proves nothing
inline constexpr int exit_unreachable = 4;  ///< the target or the mock does not answer
inline constexpr int exit_interrupted = 130;

}  // namespace hubsim::app
