// BodySpool: a request body that is too large to keep in memory: appended to an unlinked temporary
// file, then mapped read-only, so that it is read like any other text and its pages can be dropped.
// Why here: the server fills it, operations that keep uploads (imports) hold on to the mapping.
// Threads: one at a time; a finished mapping may be read and released by any.
// Invariant: the file has no name, so it goes with the last user, whatever happens to the process.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace hubsim::http {

/// Bytes with what keeps them alive.
struct KeptText {
  std::shared_ptr<const void> keeper;
  std::string_view text;
};

class BodySpool {
 public:
  /// In $TMPDIR, or /tmp.
  BodySpool();
  BodySpool(const BodySpool&) = delete;
  BodySpool& operator=(const BodySpool&) = delete;
  ~BodySpool();

  /// False when the disk does not take it.
  [[nodiscard]] bool append(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Maps what was appended; a null keeper when that fails. Nothing may be appended afterwards.
  [[nodiscard]] KeptText finish();

 private:
  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace hubsim::http
