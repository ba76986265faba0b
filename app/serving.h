// What the subcommands that serve have in common: a ready file for whoever started them, and one
// place that waits for signals.
// Threads: block_signals() before any other thread is started; the rest from anywhere.
#pragma once

#include <csignal>
#include <initializer_list>
#include <string>
#include <string_view>

namespace hubsim::app {

/// Whole or not at all: whoever waits for the file never reads half of it. False: cannot be
/// written.
[[nodiscard]] bool write_ready_file(const std::string& path, std::string_view text);

/// Blocks SIGINT, SIGTERM and `more` for all threads started from here on, so that one place waits.
sigset_t block_signals(std::initializer_list<int> more = {});

}  // namespace hubsim::app
