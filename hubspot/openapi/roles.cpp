#include "hubspot/openapi/roles.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

using Segments = std::vector<std::string_view>;
using http::Method;

/// Parameters that say whose things are meant, never which thing.
constexpr std::array<std::string_view, 9> owner_names{
    "appId",          "objectType",   "objectTypeId",
    "fromObjectType", "toObjectType", "fromObjectTypeId",
    "toObjectTypeId", "environment",  "portalId"};

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::string_view name_of(std::string_view segment) { return segment.substr(1, segment.size() - 2); }

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_version(std::string_view segment) {
  if (segment.size() == 2 && segment.front() == 'v') {
    return is_digits(segment.substr(1));
  }
  if (segment.ends_with("-beta")) {
    segment.remove_suffix(5);
  }
  return segment.size() == 7 && segment[4] == '-' && segment.starts_with("20") &&
         is_digits(segment.substr(0, 4)) && is_digits(segment.substr(5));
}

Segments segments_of(std::string_view path) {
  Segments out;
  for (const std::string_view segment : split(path, '/')) {
    if (!segment.empty() && !is_version(segment)) {
      out.push_back(segment);
    }
  }
  return out;
}

std::string anonymous(const Segments& segments) {
  std::string out;
  for (const std::string_view segment : segments) {
    out += '/';
    out += is_parameter(segment) ? "{}" : segment;
  }
  return out;
}

Segments part(const Segments& segments, std::size_t begin, std::size_t end) {
  return {segments.begin() + static_cast<std::ptrdiff_t>(begin),
          segments.begin() + static_cast<std::ptrdiff_t>(end)};
}

Placed placed(const Segments& collection, Role role, std::string_view item = {}) {
  Placed out{.role = role,
             .stage = Stage::live,
             .resource = anonymous(collection),
             .owner_params = {},
             .id_param = {},
             .verb = {}};
  for (const std::string_view segment : collection) {
    if (is_parameter(segment)) {
      out.owner_params.emplace_back(name_of(segment));
    }
  }
  if (!item.empty()) {
    out.id_param = name_of(item);
  }
  return out;
}

Placed with_verb(Placed place, std::string_view verb, Stage stage = Stage::live) {
  place.verb = verb;
  place.stage = stage;
  return place;
}

template <std::size_t N>
Role look_up(const std::array<std::pair<std::string_view, Role>, N>& table, std::string_view word) {
  for (const auto& [name, role] : table) {
    if (name == word) {
      return role;
    }
  }
  return Role::other;
}

constexpr std::array<std::pair<std::string_view, Role>, 9> batches{
    {{"read", Role::batch_read},
     {"create", Role::batch_create},
     {"update", Role::batch_update},
     {"replace", Role::batch_replace},
     {"upsert", Role::batch_upsert},
     {"archive", Role::batch_archive},
     {"purge", Role::batch_archive},
     {"delete", Role::batch_archive},
     {"", Role::batch_create}}};

constexpr std::array<std::pair<std::string_view, Role>, 5> languages{
    {{"attach-to-lang-group", Role::attach_language},
     {"create-language-variation", Role::create_language},
     {"detach-from-lang-group", Role::detach_language},
     {"set-new-lang-primary", Role::set_primary_language},
     {"update-languages", Role::update_languages}}};

constexpr std::array<std::pair<std::string_view, Role>, 8> verbs{
    {{"clone", Role::clone},
     {"push-live", Role::publish_draft},
     {"unpublish", Role::unpublish},
     {"schedule", Role::schedule},
     {"gdpr-delete", Role::purge},
     {"cursor", Role::list},
     {"query", Role::list},
     {"search", Role::search}}};

/// One operation's path: the parameter that names an item, what is before and what is after it.
class Path {
 public:
  Path(const PathFacts& facts, const Neighbours& neighbours)
      : facts_(facts), neighbours_(neighbours) {
    const Segments whole = segments_of(facts.path);
    std::size_t after = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const bool owner =
          is_parameter(whole[i]) &&
          std::find(owner_names.begin(), owner_names.end(), name_of(whole[i])) != owner_names.end();
      after = is_parameter(whole[i]) && !owner ? i + 1 : after;
    }
    head_ = part(whole, 0, after);
    tail_ = part(whole, after, whole.size());
    const auto draft = std::find(tail_.begin(), tail_.end(), "draft");
    if (draft != tail_.end()) {
      tail_.erase(draft);
      stage_ = Stage::draft;
    }
  }

  [[nodiscard]] Placed place() const {
    Placed out;
    if (task(out) || revision(out) || batch(out) || language(out) || item(out) || verb(out)) {
      return out;
    }
    return collection();
  }

 private:
  [[nodiscard]] bool is_at(std::size_t from_end, std::string_view word) const {
    return head_.size() >= from_end && head_[head_.size() - from_end] == word;
  }
  [[nodiscard]] Segments head_without(std::size_t count) const {
    return part(head_, 0, head_.size() - count);
  }
  [[nodiscard]] Segments before(std::size_t tail_words) const {
    Segments out = head_;
    out.insert(out.end(), tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(tail_words));
    return out;
  }

  bool task(Placed& out) const {
    if (tail_.size() == 1 && tail_.front() == "status" && is_at(2, "tasks")) {
      out = placed(head_without(2), Role::task_status, head_.back());
      return true;
    }
    if (!tail_.empty() && tail_.back() == "async" && facts_.method == Method::post) {
      out = with_verb(placed(before(tail_.size() - 1), Role::task_start),
                      tail_.size() > 1 ? tail_[tail_.size() - 2] : tail_.back());
      return true;
    }
    return false;
  }

  bool revision(Placed& out) const {
    if (tail_.size() == 1 && tail_.front() == "revisions" && !head_.empty()) {
      out = placed(head_without(1), Role::list_revisions, head_.back());
      return true;
    }
    if (!is_at(2, "revisions") || head_.size() < 4 || !is_parameter(head_[head_.size() - 3])) {
      return false;
    }
    out = placed(head_without(3), tail_.empty() ? Role::read_revision : Role::restore_revision,
                 head_[head_.size() - 3]);
    if (!tail_.empty()) {
      out.verb = tail_.back();
      out.stage = tail_.back() == "restore-to-draft" ? Stage::draft : Stage::live;
    }
    return true;
  }

  bool batch(Placed& out) const {
    const auto found = std::find(tail_.begin(), tail_.end(), "batch");
    if (found != tail_.end()) {
      std::string what;
      for (auto word = found + 1; word != tail_.end(); ++word) {
        what += (what.empty() ? "" : "-") + std::string(*word);
      }
      const Role known = look_up(batches, what);
      const Role role = known == Role::other ? Role::batch_other : known;
      out = with_verb(placed(before(static_cast<std::size_t>(found - tail_.begin())), role),
                      role == Role::batch_other ? std::string_view(what) : "", stage_);
      return true;
    }
    const Role role = tail_.empty() ? Role::other : look_up(batches, tail_.back());
    if (!facts_.takes_inputs || role == Role::other) {
      return false;
    }
    out = with_verb(placed(before(tail_.size() - 1), role), "", stage_);
    return true;
  }

  bool language(Placed& out) const {
    const auto found = std::find(tail_.begin(), tail_.end(), "multi-language");
    const Role role = tail_.empty() ? Role::other : look_up(languages, tail_.back());
    if (found == tail_.end() || role == Role::other) {
      return false;
    }
    out = with_verb(placed(before(static_cast<std::size_t>(found - tail_.begin())), role),
                    tail_.back());
    return true;
  }

  [[nodiscard]] Role item_role() const {
    const bool upload = facts_.method == Method::post || facts_.method == Method::put;
    if (facts_.is_multipart && upload) {
      return Role::upload;
    }
    switch (facts_.method) {
      case Method::get:
        return facts_.is_binary ? Role::download : Role::read;
      case Method::patch:
        return Role::update;
      case Method::put:
        return Role::replace;
      case Method::del:
        return Role::archive;
      default:
        return Role::action;
    }
  }

  bool item(Placed& out) const {
    if (!tail_.empty() || head_.empty()) {
      return false;
    }
    out = with_verb(placed(head_without(1), item_role(), head_.back()), "", stage_);
    return true;
  }

  [[nodiscard]] Role verb_role(std::string_view word) const {
    if (word == "publish") {
      return stage_ == Stage::draft ? Role::publish_draft : Role::publish;
    }
    if (word == "reset" && stage_ == Stage::draft) {
      return Role::reset_draft;
    }
    if (word == "restore" && facts_.method != Method::get && facts_.method != Method::del) {
      return Role::restore;
    }
    const Role known = look_up(verbs, word);
    if (known != Role::other) {
      return known;
    }
    return facts_.is_binary && facts_.method == Method::get ? Role::download : Role::other;
  }

  bool verb(Placed& out) const {
    if (tail_.empty() || is_parameter(tail_.back())) {
      return false;
    }
    const Role role = verb_role(tail_.back());
    if (role == Role::other) {
      return false;
    }
    if (tail_.size() == 1 && !head_.empty()) {
      out = with_verb(placed(head_without(1), role, head_.back()), tail_.back(), stage_);
      return true;
    }
    Segments collection = head_;
    for (std::size_t i = 0; i + 1 < tail_.size(); ++i) {
      if (tail_[i] != "cursor") {
        collection.push_back(tail_[i]);
      }
    }
    out = with_verb(placed(collection, role), tail_.back(), stage_);
    return true;
  }

  [[nodiscard]] Role one_role() const {
    switch (facts_.method) {
      case Method::patch:
        return Role::update_one;
      case Method::del:
        return Role::archive_one;
      default:
        return Role::replace_one;
    }
  }

  [[nodiscard]] Placed collection() const {
    const Segments path = before(tail_.size());
    const std::string name = anonymous(path);
    if (facts_.method == Method::get) {
      return with_verb(placed(path, facts_.is_list ? Role::list : Role::read_one), "", stage_);
    }
    if (facts_.method == Method::post && neighbours_.is_collection(name)) {
      const Role role = facts_.is_multipart ? Role::upload : Role::create;
      return with_verb(placed(path, role), "", stage_);
    }
    if (neighbours_.reads(name)) {
      return with_verb(placed(path, one_role()), "", stage_);
    }
    const std::string_view last = tail_.empty() ? std::string_view() : tail_.back();
    if (tail_.size() == 1 && !head_.empty()) {
      return with_verb(placed(head_without(1), Role::action, head_.back()), last, stage_);
    }
    const std::size_t words = tail_.empty() ? 0 : tail_.size() - 1;
    return with_verb(placed(before(words), Role::action), last, stage_);
  }

  const PathFacts& facts_;
  const Neighbours& neighbours_;
  Segments head_;  ///< up to the item's parameter
  Segments tail_;
  Stage stage_ = Stage::live;
};

}  // namespace

void Neighbours::add(const PathFacts& facts) {
  const Segments segments = segments_of(facts.path);
  const std::string name = anonymous(segments);
  if (facts.method == Method::get) {
    reads_.insert(name);
  }
  if (facts.method == Method::get && facts.is_list) {
    items_.insert(name);
  }
  if (!segments.empty() && is_parameter(segments.back()) && facts.method != Method::post) {
    items_.insert(anonymous(part(segments, 0, segments.size() - 1)));
  }
}

bool Neighbours::is_collection(const std::string& anonymous) const {
  return items_.contains(anonymous);
}

bool Neighbours::reads(const std::string& anonymous) const { return reads_.contains(anonymous); }

Placed place_operation(const PathFacts& facts, const Neighbours& neighbours) {
  return Path(facts, neighbours).place();
}

bool has_memory(Role role) noexcept {
  switch (role) {
    case Role::batch:
    case Role::batch_other:
    case Role::download:
    case Role::action:
    case Role::other:
      return false;
    default:
      return true;
  }
}

std::string_view version_of(std::string_view path) noexcept {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (is_version(path.substr(0, end))) {
      return path.substr(0, end);
    }
    path.remove_prefix(end);
  }
  return "unversioned";
}

}  // namespace hubsim::hubspot
