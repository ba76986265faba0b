#include "common/http/body_spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace hubsim::http {

namespace {

int open_nameless_file() {
  const char* configured = std::getenv("TMPDIR");
  const std::string folder = configured != nullptr && *configured != '\0' ? configured : "/tmp";
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) {
    return file;
  }
  // A file system without O_TMPFILE: made with a name that goes at once.
  std::string name = folder + "/hubsim-body-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) {
    ::unlink(name.c_str());
  }
  return named;
}

}  // namespace

BodySpool::BodySpool() : file_(open_nameless_file()) {}

BodySpool::~BodySpool() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

bool BodySpool::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    size_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

KeptText BodySpool::finish() {
  if (file_ < 0 || size_ == 0) {
    return {};
  }
  const std::size_t size = size_;
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file_, 0);
  if (mapped == MAP_FAILED) {
    return {};
  }
  ::madvise(mapped, size, MADV_SEQUENTIAL);
  return {.keeper = std::shared_ptr<const void>(
              mapped, [size](const void* bytes) { ::munmap(const_cast<void*>(bytes), size); }),
          .text = {static_cast<const char*>(mapped), size}};
}

}  // namespace hubsim::http
