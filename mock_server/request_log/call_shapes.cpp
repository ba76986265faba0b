#include "mock_server/request_log/call_shapes.h"

#include <optional>
#include <unordered_set>
#include <vector>

#include "common/json/json.h"

namespace hubsim::request_log {

namespace {

/// Goes through a body once, keeping no value of it but `limit`.
class PathReader final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return leaf(); }
  bool boolean(bool) override { return leaf(); }
  bool number_integer(number_integer_t value) override {
    take_limit(value > 0 ? static_cast<std::uint64_t>(value) : 0);
    return leaf();
  }
  bool number_unsigned(number_unsigned_t value) override {
    take_limit(value);
    return leaf();
  }
  bool number_float(number_float_t, const string_t&) override { return leaf(); }
  bool string(string_t&) override { return leaf(); }
  bool binary(binary_t&) override { return leaf(); }
  bool start_object(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    path_.resize(levels_.back().path_size);
    path_ += path_.empty() ? "" : ".";
    path_ += name;
    levels_.back().empty = false;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  std::unordered_set<std::string> paths;
  std::optional<std::uint64_t> limit;
  bool cut = false;

 private:
  struct Level {
    std::size_t path_size = 0;  ///< of the path to it
    bool empty = true;
  };

  bool leaf() {
    if (!levels_.empty()) {
      levels_.back().empty = false;
    }
    keep();
    return true;
  }
  bool open(bool is_array) {
    if (!levels_.empty()) {
      levels_.back().empty = false;
    }
    if (levels_.size() >= static_cast<std::size_t>(json::max_depth)) {
      cut = true;
      return false;
    }
    path_ += is_array ? "[]" : "";
    levels_.push_back({path_.size(), true});
    return true;
  }
  /// The next element of the container around begins where that container's own path ends.
  bool close() {
    path_.resize(levels_.back().path_size);
    if (levels_.back().empty) {
      keep();
    }
    levels_.pop_back();
    path_.resize(levels_.empty() ? 0 : levels_.back().path_size);
    return true;
  }

  void keep() {
    if (path_.empty()) {
      return;
    }
    if (paths.size() >= CallShapes::max_paths || path_.size() > CallShapes::max_path_bytes) {
      cut = cut || !paths.contains(path_);
      return;
    }
    paths.insert(path_);
  }
  void take_limit(std::uint64_t value) {
    if (levels_.size() == 1 && path_ == "limit") {
      limit = value;
    }
  }

  std::string path_;
  std::vector<Level> levels_;
};

bool is_json(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

void merge(CallShape& shape, const PathReader& reader) {
  ++shape.bodies;
  shape.cut = shape.cut || reader.cut;
  for (const std::string& path : reader.paths) {
    if (shape.paths.size() < CallShapes::max_paths) {
      shape.paths.insert(path);
    } else if (!shape.paths.contains(path)) {
      shape.cut = true;
    }
  }
  if (reader.limit &&
      (shape.limits.size() < CallShapes::max_limits || shape.limits.contains(*reader.limit))) {
    ++shape.limits[*reader.limit];
  }
}

}  // namespace

void CallShapes::note(std::string_view operation, Params params, std::string_view body) {
  const bool readable = is_json(body) && body.size() <= max_body_bytes;
  PathReader reader;
  if (readable) {
    (void)Json::sax_parse(body, &reader);
  }
  const std::lock_guard lock(mutex_);
  auto it = shapes_.find(operation);
  if (it == shapes_.end()) {
    if (shapes_.size() >= max_operations) {
      return;
    }
    it = shapes_.emplace(std::string(operation), CallShape{}).first;
  }
  CallShape& shape = it->second;
  for (const auto& [name, value] : params) {
    if (name.ends_with("bjectType") && shape.types.size() < max_types) {
      shape.types.emplace(std::string(name), value);
    }
  }
  if (readable) {
    merge(shape, reader);
  }
  shape.cut = shape.cut || body.size() > max_body_bytes;
}

void CallShapes::clear() {
  set_recording(false);
  const std::lock_guard lock(mutex_);
  shapes_.clear();
}

std::map<std::string, CallShape> CallShapes::all() const {
  const std::lock_guard lock(mutex_);
  return {shapes_.begin(), shapes_.end()};
}

}  // namespace hubsim::request_log
