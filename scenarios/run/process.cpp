#include "scenarios/run/process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace hubsim::scenarios {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    all.push_back(text.data());
  }
  all.push_back(nullptr);
  return all;
}

std::string describe(int status) {
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit code " + std::to_string(WEXITSTATUS(status));
}

/// What posix_spawn is told: own group, default signals, output to the log, no input.
class SpawnPlan {
 public:
  explicit SpawnPlan(const std::string& log_file) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0644);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  int run(pid_t& pid, std::vector<std::string> command, std::vector<std::string> env) {
    const auto argv = pointers(command);
    const auto envp = pointers(env);
    return posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), envp.data());
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

}  // namespace

Result<Process> Process::start(const ProcessSpec& spec) {
  if (spec.command.empty()) {
    return Failure{std::string("an empty command cannot be started")};
  }
  std::vector<std::string> env;
  env.reserve(spec.env.size());
  for (const auto& [name, value] : spec.env) {
    std::string& pair = env.emplace_back(name);
    pair += '=';
    pair += value;
  }
  pid_t pid = 0;
  const int error = SpawnPlan(spec.log_file).run(pid, spec.command, std::move(env));
  if (error != 0) {
    return Failure{"'" + spec.command.front() + "' cannot be started: " + std::strerror(error) +
                   " (a relative path is relative to the current directory)"};
  }
  return Process(pid);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), ended_(std::move(other.ended_)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    kill_and_wait();
    pid_ = std::exchange(other.pid_, 0);
    ended_ = std::move(other.ended_);
  }
  return *this;
}

Process::~Process() { kill_and_wait(); }

bool Process::signal(int number) { return pid_ != 0 && ::kill(-pid_, number) == 0; }

std::optional<std::string> Process::ended() {
  int status = 0;
  if (pid_ != 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    (void)signal(SIGKILL);  // what it left running in its group
    ended_ = describe(status);
    pid_ = 0;
  }
  return ended_;
}

void Process::kill_and_wait() {
  if (pid_ == 0) {
    return;
  }
  (void)signal(SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = describe(status);
  pid_ = 0;
}

std::vector<std::pair<std::string, std::string>> child_environment(
    const std::vector<std::pair<std::string, std::string>>& given) {
  auto all = given;
  for (const char* name : {"PATH", "HOME"}) {
    const char* value = std::getenv(name);
    const bool has =
        std::any_of(all.begin(), all.end(), [&](const auto& pair) { return pair.first == name; });
    if (value != nullptr && !has) {
      all.emplace_back(name, value);
    }
  }
  return all;
}

Result<int> free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  sockaddr generic{};
  static_assert(sizeof(generic) == sizeof(address));
  std::memcpy(&generic, &address, sizeof(address));
  const bool ok =
      fd >= 0 && ::bind(fd, &generic, size) == 0 && ::getsockname(fd, &generic, &size) == 0;
  std::memcpy(&address, &generic, sizeof(address));
  if (fd >= 0) {
    ::close(fd);
  }
  if (!ok) {
    return Failure{std::string("no free port: ") + std::strerror(errno)};
  }
  return static_cast<int>(ntohs(address.sin_port));
}

}  // namespace hubsim::scenarios
