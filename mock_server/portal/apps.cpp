#include "mock_server/portal/apps.h"

#include <algorithm>

namespace hubsim::portal {

namespace {

constexpr std::string_view token_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Opaque and long; no fixed size is promised (behaviour reference 1.1).
constexpr std::size_t access_token_letters = 198;

std::string random_letters(std::size_t count, Prng& random) {
  std::string text;
  text.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    text += token_letters[random.below(token_letters.size())];
  }
  return text;
}

/// "na1-0f3c-…": a uuid behind the data centre, as codes and refresh tokens look (1.2, R).
std::string dashed_token(Prng& random) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "na1";
  for (const std::size_t length : {4U, 4U, 4U, 4U, 12U}) {
    text += '-';
    for (std::size_t i = 0; i < length; ++i) {
      text += digits[random.below(digits.size())];
    }
  }
  return text;
}

template <class Key>
bool contains(const std::vector<Key>& list, const Key& key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

}  // namespace

bool grants(const Scopes& granted, std::string_view scope) noexcept {
  return std::any_of(granted.begin(), granted.end(),
                     [&](const std::string& has) { return has == every_scope || has == scope; });
}

void Apps::clear() {
  const std::lock_guard lock(mutex_);
  apps_.clear();
  installs_.clear();
  tokens_.clear();
  issued_.clear();
  codes_.clear();
  codes_made_.clear();
  refresh_tokens_.clear();
  parts_.clear();
}

// ---- apps

bool Apps::add(App app) {
  const std::lock_guard lock(mutex_);
  const bool taken = std::any_of(apps_.begin(), apps_.end(), [&](const auto& known) {
    return known.first == app.id || known.second.client_id == app.client_id;
  });
  const auto developed = std::count_if(apps_.begin(), apps_.end(),
                                       [](const auto& known) { return !known.second.private_app; });
  const bool full = !app.private_app && static_cast<std::size_t>(developed) >= max_apps;
  if (taken || full) {
    return false;
  }
  const std::uint64_t id = app.id;
  apps_.emplace(id, std::move(app));
  return true;
}

void Apps::remove(std::uint64_t app_id) {
  const std::lock_guard lock(mutex_);
  apps_.erase(app_id);
  installs_.erase(app_id);
  const auto gone = [&](std::uint64_t app, std::uint64_t) { return app == app_id; };
  drop_grants(gone);
  drop_tokens(gone);
}

std::optional<App> Apps::find(std::uint64_t app_id) const {
  const std::lock_guard lock(mutex_);
  const auto it = apps_.find(app_id);
  return it == apps_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<App> Apps::find_client(std::string_view client_id) const {
  const std::lock_guard lock(mutex_);
  const auto it = std::find_if(apps_.begin(), apps_.end(), [&](const auto& known) {
    return known.second.client_id == client_id;
  });
  return it == apps_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<App> Apps::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<App> all;
  for (const auto& [id, app] : apps_) {
    all.push_back(app);
  }
  return all;
}

bool Apps::set_scopes(std::uint64_t app_id, Scopes scopes) {
  const std::lock_guard lock(mutex_);
  const auto it = apps_.find(app_id);
  if (it == apps_.end()) {
    return false;
  }
  it->second.scopes = scopes;
  for (auto& [text, token] : tokens_) {
    if (token->caller.app_id == app_id && !token->expires_at) {
      auto changed = std::make_shared<AccessToken>(*token);
      changed->caller.scopes = scopes;
      token = std::move(changed);
    }
  }
  return true;
}

void Apps::set_developer_key(std::string key) {
  const std::lock_guard lock(mutex_);
  developer_key_ = std::move(key);
}

std::string Apps::developer_key() const {
  const std::lock_guard lock(mutex_);
  return developer_key_;
}

bool Apps::is_developer_key(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return !key.empty() && key == developer_key_;
}

// ---- installs

void Apps::install(std::uint64_t app_id, std::uint64_t portal_id) {
  const std::lock_guard lock(mutex_);
  auto& portals = installs_[app_id];
  if (!contains(portals, portal_id)) {
    portals.push_back(portal_id);
  }
}

bool Apps::uninstall(std::uint64_t app_id, std::uint64_t portal_id, bool access_too) {
  const std::lock_guard lock(mutex_);
  if (std::erase(installs_[app_id], portal_id) == 0) {
    return false;
  }
  const auto gone = [&](std::uint64_t app, std::uint64_t portal) {
    return app == app_id && portal == portal_id;
  };
  drop_grants(gone);
  if (access_too) {
    // A client-credentials token is the app's own, wherever the app is installed.
    erase_if(tokens_, [&](const auto& item) {
      const Caller& caller = item.second->caller;
      return gone(caller.app_id, caller.portal_id) &&
             caller.credential != hubspot::Credential::client_credentials;
    });
  }
  return true;
}

bool Apps::installed(std::uint64_t app_id, std::uint64_t portal_id) const {
  const std::lock_guard lock(mutex_);
  const auto it = installs_.find(app_id);
  return it != installs_.end() && contains(it->second, portal_id);
}

std::vector<std::uint64_t> Apps::portals_of(std::uint64_t app_id) const {
  const std::lock_guard lock(mutex_);
  const auto it = installs_.find(app_id);
  return it == installs_.end() ? std::vector<std::uint64_t>() : it->second;
}

void Apps::forget_portal(std::uint64_t portal_id) {
  const std::lock_guard lock(mutex_);
  for (auto& [app, portals] : installs_) {
    std::erase(portals, portal_id);
  }
  const auto gone = [&](std::uint64_t, std::uint64_t portal) { return portal == portal_id; };
  drop_grants(gone);
  drop_tokens(gone);
}

template <class Gone>
void Apps::drop_tokens(const Gone& gone) {
  erase_if(tokens_, [&](const auto& item) {
    return gone(item.second->caller.app_id, item.second->caller.portal_id);
  });
}

template <class Gone>
void Apps::drop_grants(const Gone& gone) {
  erase_if(codes_,
           [&](const auto& item) { return gone(item.second.app_id, item.second.portal_id); });
  erase_if(refresh_tokens_,
           [&](const auto& item) { return gone(item.second.app_id, item.second.portal_id); });
}

// ---- tokens

AccessTokenPtr Apps::find_token(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  const auto it = tokens_.find(token);
  return it == tokens_.end() ? nullptr : it->second;
}

void Apps::keep(AccessTokenPtr token) {
  if (token->expires_at) {
    issued_.push_back(token->token);
    while (issued_.size() > max_tokens) {
      tokens_.erase(issued_.front());
      issued_.pop_front();
    }
  }
  const std::string text = token->token;
  tokens_.insert_or_assign(text, std::move(token));
}

void Apps::put_token(AccessToken token) {
  install(token.caller.app_id, token.caller.portal_id);
  const std::lock_guard lock(mutex_);
  keep(std::make_shared<const AccessToken>(std::move(token)));
}

AccessTokenPtr Apps::issue(AccessToken like, Prng& random) {
  like.token = "C" + random_letters(access_token_letters, random);
  auto token = std::make_shared<const AccessToken>(std::move(like));
  const std::lock_guard lock(mutex_);
  keep(token);
  return token;
}

std::vector<AccessTokenPtr> Apps::tokens_of_portal(std::uint64_t portal_id) const {
  const std::lock_guard lock(mutex_);
  std::vector<AccessTokenPtr> found;
  for (const auto& [text, token] : tokens_) {
    if (token->caller.portal_id == portal_id) {
      found.push_back(token);
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a->issued_at, a->token) < std::tie(b->issued_at, b->token);
  });
  return found;
}

std::string Apps::add_code(AuthCode code, Prng& random) {
  code.code = dashed_token(random);
  std::string text = code.code;
  const std::lock_guard lock(mutex_);
  codes_made_.push_back(text);
  while (codes_made_.size() > max_codes) {
    codes_.erase(codes_made_.front());
    codes_made_.pop_front();
  }
  codes_.insert_or_assign(text, std::move(code));
  return text;
}

std::optional<AuthCode> Apps::take_code(std::string_view code, bool once) {
  const std::lock_guard lock(mutex_);
  const auto it = codes_.find(code);
  if (it == codes_.end()) {
    return std::nullopt;
  }
  std::optional<AuthCode> taken(it->second);
  if (once) {
    codes_.erase(it);
  }
  return taken;
}

std::string Apps::refresh_token_for(RefreshToken wanted, Prng& random) {
  install(wanted.app_id, wanted.portal_id);
  const std::lock_guard lock(mutex_);
  for (auto& [text, known] : refresh_tokens_) {
    if (known.app_id == wanted.app_id && known.portal_id == wanted.portal_id &&
        known.user_id == wanted.user_id) {
      known.scopes = std::move(wanted.scopes);
      return text;
    }
  }
  wanted.token = dashed_token(random);
  std::string text = wanted.token;
  refresh_tokens_.insert_or_assign(text, std::move(wanted));
  return text;
}

void Apps::put_refresh_token(RefreshToken token) {
  install(token.app_id, token.portal_id);
  const std::lock_guard lock(mutex_);
  const std::string text = token.token;
  refresh_tokens_.insert_or_assign(text, std::move(token));
}

std::optional<RefreshToken> Apps::find_refresh_token(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  const auto it = refresh_tokens_.find(token);
  return it == refresh_tokens_.end() ? std::nullopt : std::optional(it->second);
}

bool Apps::revoke_refresh_token(std::string_view token, bool access_too) {
  const std::lock_guard lock(mutex_);
  const auto it = refresh_tokens_.find(token);
  if (it == refresh_tokens_.end()) {
    return false;
  }
  if (access_too) {
    erase_if(tokens_, [&](const auto& item) { return item.second->refresh_token == token; });
  }
  refresh_tokens_.erase(it);
  return true;
}

bool Apps::revoke_access_token(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto it = tokens_.find(token);
  if (it == tokens_.end()) {
    return false;
  }
  tokens_.erase(it);
  return true;
}

void Apps::part_changed(std::uint64_t app_id) const {
  for (const Listener& listener : listeners_) {
    listener(app_id);
  }
}

}  // namespace hubsim::portal
