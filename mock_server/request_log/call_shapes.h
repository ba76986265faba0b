// CallShapes: what the calls of each operation looked like, apart from their values: key paths of
// the bodies, object types in the path, page sizes asked for in the body. For those who compare how
// an integration behaves from one version to the next.
// Off until asked for (`PUT behaviour`): reading every body costs what the calls themselves do not.
// Threads: any; one mutex of its own, not held while a body is read.
// Bounded: operations, paths and their length, types, page sizes, bodies of 1 MB; what was left out
// shows as `cut`.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hubsim::request_log {

struct CallShape {
  std::uint64_t bodies = 0;
  std::set<std::string> paths;  ///< "inputs[].properties.email"
  bool cut = false;
  /// Object types by the path parameter they stood in.
  std::set<std::pair<std::string, std::string>> types;
  std::map<std::uint64_t, std::uint64_t> limits;  ///< `limit` of the body -> calls
};

class CallShapes {
 public:
  static constexpr std::size_t max_operations = 1000;
  static constexpr std::size_t max_paths = 400;
  static constexpr std::size_t max_path_bytes = 200;
  static constexpr std::size_t max_types = 50;
  static constexpr std::size_t max_limits = 50;
  static constexpr std::size_t max_body_bytes = 1024 * 1024;

  using Params = std::span<const std::pair<std::string_view, std::string>>;

  void set_recording(bool on) noexcept { on_.store(on, std::memory_order_relaxed); }
  [[nodiscard]] bool recording() const noexcept { return on_.load(std::memory_order_relaxed); }
  void note(std::string_view operation, Params params, std::string_view body);
  /// Forgets all and stops recording.
  void clear();
  [[nodiscard]] std::map<std::string, CallShape> all() const;

 private:
  std::atomic<bool> on_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, CallShape, std::less<>> shapes_;
};

}  // namespace hubsim::request_log
