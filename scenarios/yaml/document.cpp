#include "scenarios/yaml/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <optional>
#include <set>
#include <sstream>

#include "scenarios/yaml/scalar.h"

namespace hubsim::scenarios {

namespace {

Position position_of(const YAML::Mark& mark) {
  return mark.is_null() ? Position{}
                        : Position{static_cast<std::size_t>(mark.line) + 1,
                                   static_cast<std::size_t>(mark.column) + 1};
}

Diagnostic diagnostic(Position at, std::string message) {
  return {.file = "", .line = at.line, .column = at.column, .message = std::move(message)};
}

/// Ends the parse at once: a limit was reached, going on would only cost.
struct LimitReached {
  Diagnostic diagnostic;
};

/// Builds the JSON value from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  Builder(YamlDocument& document, std::vector<Diagnostic>& problems)
      : document_(document), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      stop(mark, "a second document ('---') starts here; write one scenario to a file");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    take_scalar(mark, Json(nullptr), "", anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    if (expects_key() || tag != "?") {
      return take_scalar(mark, Json(value), value, anchor, tag == "?");
    }
    auto resolved = resolve_plain_scalar(value);
    if (!resolved.ok()) {
      problems_.push_back(diagnostic(position_of(mark), resolved.error()));
    }
    take_scalar(mark, resolved.ok() ? std::move(*resolved) : Json(value), value, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) {
      stop(mark, "an alias inside the value it stands for would never end");
    }
    if (expects_key()) {
      stop(mark, "an alias cannot be a key; write the key itself");
    }
    count_nodes(mark, it->second.nodes);
    // Positions inside stay with the anchor's place: look-ups answer the alias.
    place(mark, it->second.value, it->second.nodes);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Json value;
    std::string pointer;
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    std::size_t nodes = 1;
    std::optional<std::string> key;  ///< of a mapping: read, its value is next
    std::set<std::string> seen;
  };
  struct Anchored {
    Json value;
    std::size_t nodes = 1;
  };

  [[noreturn]] static void stop(const YAML::Mark& mark, std::string message) {
    throw LimitReached{diagnostic(position_of(mark), std::move(message))};
  }

  bool expects_key() const {
    return !stack_.empty() && stack_.back().value.is_object() && !stack_.back().key;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      problems_.push_back(
          diagnostic(position_of(mark), "tags ('" + tag + "') are not used here; drop it"));
    }
  }

  void count_nodes(const YAML::Mark& mark, std::size_t more) {
    nodes_ += more;
    if (nodes_ > max_yaml_nodes) {
      stop(mark, fmt::format("more than {} values (aliases counted as often as they are used)",
                             max_yaml_nodes));
    }
  }

  /// The pointer of the value that comes next.
  std::string next_pointer() const {
    if (stack_.empty()) {
      return "";
    }
    const Frame& top = stack_.back();
    return top.pointer + "/" +
           (top.key ? json::pointer_token(*top.key) : std::to_string(top.value.size()));
  }

  void take_scalar(const YAML::Mark& mark, Json value, const std::string& text,
                   YAML::anchor_t anchor, bool plain = false) {
    count_nodes(mark, 1);
    if (expects_key()) {
      return take_key(mark, text, plain);
    }
    if (anchor != 0) {
      anchors_[anchor] = {value, 1};
    }
    place(mark, std::move(value), 1);
  }

  void take_key(const YAML::Mark& mark, const std::string& text, bool plain) {
    Frame& top = stack_.back();
    if (plain && text == "<<") {
      problems_.push_back(diagnostic(position_of(mark),
                                     "merge keys ('<<') are not part of YAML "
                                     "1.2; write the keys out"));
    } else if (!top.seen.insert(text).second) {
      const Position first = document_.key_position(top.pointer + "/" + json::pointer_token(text));
      problems_.push_back(diagnostic(
          position_of(mark),
          fmt::format("'{}' stands here twice, first in line {}; keep one", text, first.line)));
    }
    if (top.seen.size() > max_yaml_keys) {
      stop(mark, fmt::format("more than {} keys in one mapping", max_yaml_keys));
    }
    top.key = text;
    document_.keys.emplace(next_pointer(), position_of(mark));
  }

  void place(const YAML::Mark& mark, Json value, std::size_t nodes) {
    document_.values.emplace(next_pointer(), position_of(mark));
    if (stack_.empty()) {
      document_.value = std::move(value);
      return;
    }
    Frame& top = stack_.back();
    top.nodes += nodes;
    if (top.key) {
      top.value[*top.key] = std::move(value);
      top.key.reset();
    } else {
      top.value.push_back(std::move(value));
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Json value) {
    check_tag(mark, tag);
    count_nodes(mark, 1);
    if (expects_key()) {
      stop(mark, "a key must be a text");
    }
    if (stack_.size() >= static_cast<std::size_t>(max_yaml_depth)) {
      stop(mark, fmt::format("nested deeper than {}", max_yaml_depth));
    }
    std::string pointer = next_pointer();
    document_.values.emplace(pointer, position_of(mark));
    stack_.push_back(
        {.value = std::move(value), .pointer = std::move(pointer), .mark = mark, .anchor = anchor});
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.anchor != 0) {
      anchors_[frame.anchor] = {frame.value, frame.nodes};
    }
    place(frame.mark, std::move(frame.value), frame.nodes);
  }

  YamlDocument& document_;
  std::vector<Diagnostic>& problems_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

Position lookup(const std::map<std::string, Position, std::less<>>& positions,
                std::string_view pointer) {
  while (true) {
    if (const auto it = positions.find(pointer); it != positions.end()) {
      return it->second;
    }
    const auto slash = pointer.rfind('/');
    if (slash == std::string_view::npos) {
      return {};
    }
    pointer = pointer.substr(0, slash);
  }
}

}  // namespace

std::string Diagnostic::text() const {
  return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

Position YamlDocument::value_position(std::string_view pointer) const {
  return lookup(values, pointer);
}

Position YamlDocument::key_position(std::string_view pointer) const {
  const auto it = keys.find(pointer);
  return it != keys.end() ? it->second : value_position(pointer);
}

Result<YamlDocument, std::vector<Diagnostic>> parse_yaml(const std::string& text) {
  std::vector<Diagnostic> problems;
  YamlDocument document;
  if (text.size() > max_yaml_bytes) {
    problems.push_back(
        diagnostic({}, fmt::format("the file has more than {} bytes", max_yaml_bytes)));
    return Failure{std::move(problems)};
  }
  if (text.find('\0') != std::string::npos) {
    problems.push_back(diagnostic({}, "the file holds zero bytes; save it as UTF-8 text"));
    return Failure{std::move(problems)};
  }
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    Builder builder(document, problems);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const LimitReached& limit) {
    problems.push_back(limit.diagnostic);
  } catch (const YAML::Exception& error) {
    const bool unquoted = error.msg == "unknown token";
    problems.push_back(diagnostic(
        position_of(error.mark),
        error.msg +
            (unquoted ? "; put texts that hold ? : # @ ` % * & [ ] { } or , in quotes" : "")));
  } catch (const std::exception& error) {
    problems.push_back(diagnostic({}, std::string("cannot be read as YAML: ") + error.what()));
  }
  if (!problems.empty()) {
    return Failure{std::move(problems)};
  }
  return document;
}

}  // namespace hubsim::scenarios
