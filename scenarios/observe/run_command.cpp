#include "scenarios/observe/run_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "common/time/clock.h"

extern char** environ;

namespace hubsim::scenarios {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) {
      ::close(fd_);
      fd_ = -1;
    }
  }
  void reset(int fd) {
    close();
    fd_ = fd;
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      return false;
    }
    read.reset(ends[0]);
    write.reset(ends[1]);
    return true;
  }
};

std::vector<std::string> environment_of(const CommandSpec& spec) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : spec.environment) {
    lines.push_back(name + "=" + value);
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::string_view name = line.substr(0, line.find('='));
    bool replaced = false;
    for (const auto& given : spec.environment) {
      replaced = replaced || given.first == name;
    }
    if (!replaced) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

class Command {
 public:
  explicit Command(const CommandSpec& spec)
      : spec_(spec), deadline_(monotonic_now() + spec.timeout) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command() { end(); }
  Result<std::string> run();

 private:
  Status<> start();
  int spawn(posix_spawn_file_actions_t& actions, posix_spawnattr_t& attributes);
  /// Waits for output or the end; failure when a limit is met.
  Status<> collect();
  bool take(Pipe& pipe, std::string& text, std::size_t keep);
  Result<std::string> conclude();
  void end();

  const CommandSpec& spec_;
  std::chrono::nanoseconds deadline_;
  Pipe out_;
  Pipe err_;
  Descriptor process_;  ///< readable once the program has ended
  pid_t pid_ = 0;       ///< 0: none, or reaped
  std::string output_;
  std::string errors_;
};

Result<std::string> Command::run() {
  if (const auto started = start(); !started) {
    return Failure{started.error()};
  }
  if (const auto collected = collect(); !collected) {
    return Failure{collected.error()};
  }
  return conclude();
}

Status<> Command::start() {
  if (!out_.open() || !err_.open()) {
    return Failure{fmt::format("no pipe: {}", std::strerror(errno))};
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  const int error = spawn(actions, attributes);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    pid_ = 0;
    return Failure{
        fmt::format("cannot start '{}': {}", spec_.command.front(), std::strerror(error))};
  }
  out_.write.close();
  err_.write.close();
  process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (process_.get() < 0) {
    return Failure{
        fmt::format("cannot watch '{}': {}", spec_.command.front(), std::strerror(errno))};
  }
  return Done{};
}

int Command::spawn(posix_spawn_file_actions_t& actions, posix_spawnattr_t& attributes) {
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out_.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err_.write.get(), STDERR_FILENO);
  if (!spec_.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, spec_.directory.c_str());
  }
  std::vector<std::string> arguments = spec_.command;
  std::vector<std::string> environment = environment_of(spec_);
  const std::vector<char*> argv = pointers_to(arguments);
  const std::vector<char*> envp = pointers_to(environment);
  return ::posix_spawnp(&pid_, argv.front(), &actions, &attributes, argv.data(), envp.data());
}

Status<> Command::collect() {
  while (out_.read.get() >= 0 || process_.get() >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - monotonic_now());
    if (left.count() <= 0) {
      return Failure{fmt::format("'{}' took longer than its `timeout`", spec_.command.front())};
    }
    std::array<pollfd, 3> wanted{{{.fd = out_.read.get(), .events = POLLIN, .revents = 0},
                                  {.fd = err_.read.get(), .events = POLLIN, .revents = 0},
                                  {.fd = process_.get(), .events = POLLIN, .revents = 0}}};
    ::poll(wanted.data(), wanted.size(), static_cast<int>(left.count()));
    if (wanted[0].revents != 0 && !take(out_, output_, spec_.max_bytes)) {
      return Failure{fmt::format("'{}' printed more than {} bytes: raise `max_bytes`",
                                 spec_.command.front(), spec_.max_bytes)};
    }
    if (wanted[1].revents != 0) {
      constexpr std::size_t kept = 4096;
      if (!take(err_, errors_, kept)) {
        errors_.erase(0, errors_.size() - kept / 2);
      }
    }
    if (wanted[2].revents != 0) {
      process_.close();
    }
  }
  return Done{};
}

/// Reads once; closes the pipe at its end. False when `text` is now longer than `keep`.
bool Command::take(Pipe& pipe, std::string& text, std::size_t keep) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(pipe.read.get(), buffer.data(), buffer.size());
  if (got > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    pipe.read.close();
  }
  return text.size() <= keep;
}

Result<std::string> Command::conclude() {
  // What it left running in the background; before the reaping, while the group's id is still ours.
  ::kill(-pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return std::move(output_);
  }
  const std::string how = WIFEXITED(status) ? fmt::format("exit code {}", WEXITSTATUS(status))
                                            : fmt::format("signal {}", WTERMSIG(status));
  return Failure{fmt::format("'{}' ended with {}: {}", spec_.command.front(), how, errors_)};
}

void Command::end() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

}  // namespace

Result<std::string> run_command(const CommandSpec& spec) {
  if (spec.command.empty()) {
    return Failure{std::string("no command given")};
  }
  return Command(spec).run();
}

}  // namespace hubsim::scenarios
