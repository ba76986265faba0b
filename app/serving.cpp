#include "app/serving.h"

#include <filesystem>
#include <fstream>

namespace hubsim::app {

bool write_ready_file(const std::string& path, std::string_view text) {
  const std::string part = path + ".part";
  {
    std::ofstream out(part, std::ios::binary);
    out << text;
    if (!out.flush()) {
      return false;
    }
  }
  std::error_code error;
  std::filesystem::rename(part, path, error);
  return !error;
}

sigset_t block_signals(std::initializer_list<int> more) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  for (const int number : more) {
    sigaddset(&set, number);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

}  // namespace hubsim::app
