// Apps: the developer account's apps, where they are installed, and every credential that opens an
// API: static tokens, OAuth codes, access and refresh tokens, the developer API key (behaviour
// reference 1.1, 1.2). Why here: credentials outlive a request and belong to no single portal.
// Threads: any thread; its own small mutex, taken after a portal's lock and never the other way
// round. What is handed out is a copy or immutable. part() is the exception: guarded by the lock of
// the developer account's portal, under which all calls that belong to an app run.
// Invariant: a token names an app that exists and a portal it was installed in when issued.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include "common/random/prng.h"
#include "common/time/clock.h"
#include "hubspot/catalogue/catalogue.h"

namespace hubsim::portal {

using Scopes = std::vector<std::string>;
/// In a list of scopes: all of them.
inline constexpr std::string_view every_scope = "*";
[[nodiscard]] bool grants(const Scopes& granted, std::string_view scope) noexcept;

/// Who calls: what a credential stands for.
struct Caller {
  std::uint64_t app_id = 0;
  bool private_app = true;
  Scopes scopes;
  hubspot::Credential credential = hubspot::Credential::private_app;
  /// The account the call is about; for what belongs to an app, the developer's own.
  std::uint64_t portal_id = 0;
  std::uint64_t user_id = 0;
};

/// An access token as it was issued.
struct AccessToken {
  std::string token;
  Caller caller;
  Instant issued_at{};
  std::optional<Instant> expires_at;  ///< nothing: never
  std::string refresh_token;          ///< what it was issued for; empty for static ones
};
using AccessTokenPtr = std::shared_ptr<const AccessToken>;

struct App {
  std::uint64_t id = 0;
  std::string name;
  bool private_app = false;
  std::string client_id;
  std::string client_secret;
  /// What it may ask for; a private app has them all.
  Scopes scopes{std::string(every_scope)};
  /// Where a code may be sent; empty: anywhere.
  std::vector<std::string> redirect_uris;
  bool privately_distributed = false;
};

struct RefreshToken {
  std::string token;
  std::uint64_t app_id = 0;
  std::uint64_t portal_id = 0;
  std::uint64_t user_id = 0;
  Scopes scopes;
};

/// An authorisation code, from the authorize page to its exchange.
struct AuthCode {
  std::string code;
  std::uint64_t app_id = 0;
  std::uint64_t portal_id = 0;
  std::uint64_t user_id = 0;
  std::string redirect_uri;
  Scopes scopes;
  Instant expires_at{};
};

class Apps {
 public:
  static constexpr std::size_t max_apps = 100;        ///< of a developer account (reference 2.4, D)
  static constexpr std::size_t max_tokens = 100'000;  ///< more: the oldest issued are forgotten
  static constexpr std::size_t max_codes = 10'000;

  explicit Apps(std::uint64_t developer_portal) : developer_portal_(developer_portal) {}

  [[nodiscard]] std::uint64_t developer_portal() const noexcept { return developer_portal_; }
  /// Forgets everything, parts too; who listens goes on listening.
  void clear();

  // Apps.
  /// False when the id or client id is taken, or the developer account is full; private apps are
  /// their portals' own.
  bool add(App app);
  /// With all its tokens.
  void remove(std::uint64_t app_id);
  [[nodiscard]] std::optional<App> find(std::uint64_t app_id) const;
  [[nodiscard]] std::optional<App> find_client(std::string_view client_id) const;
  [[nodiscard]] std::vector<App> list() const;
  /// Also of the static tokens it has; issued ones keep what they were granted.
  bool set_scopes(std::uint64_t app_id, Scopes scopes);

  // The developer account's key, for what belongs to apps.
  void set_developer_key(std::string key);
  [[nodiscard]] std::string developer_key() const;
  [[nodiscard]] bool is_developer_key(std::string_view key) const;

  // Where apps are installed. Issuing a token to a portal installs; uninstalling revokes all.
  void install(std::uint64_t app_id, std::uint64_t portal_id);
  /// Without `access_too` access tokens live on until they expire.
  bool uninstall(std::uint64_t app_id, std::uint64_t portal_id, bool access_too = true);
  [[nodiscard]] bool installed(std::uint64_t app_id, std::uint64_t portal_id) const;
  [[nodiscard]] std::vector<std::uint64_t> portals_of(std::uint64_t app_id) const;
  /// Ends everything that opens that portal.
  void forget_portal(std::uint64_t portal_id);

  // Tokens.
  [[nodiscard]] AccessTokenPtr find_token(std::string_view token) const;
  /// Keeps a token that was made elsewhere: a static one, or one that a test names.
  void put_token(AccessToken token);
  /// Makes an access token of HubSpot's shape and keeps it.
  AccessTokenPtr issue(AccessToken like, Prng& random);
  [[nodiscard]] std::vector<AccessTokenPtr> tokens_of_portal(std::uint64_t portal_id) const;

  [[nodiscard]] std::string add_code(AuthCode code, Prng& random);
  /// With `once` the code is gone then. Expired ones are returned too.
  [[nodiscard]] std::optional<AuthCode> take_code(std::string_view code, bool once = true);

  /// The refresh token of that app, portal and user: one, kept through refreshes (1.2, D).
  [[nodiscard]] std::string refresh_token_for(RefreshToken wanted, Prng& random);
  void put_refresh_token(RefreshToken token);
  [[nodiscard]] std::optional<RefreshToken> find_refresh_token(std::string_view token) const;
  /// No new access tokens from it. With `access_too` those issued for it end as well.
  bool revoke_refresh_token(std::string_view token, bool access_too);
  bool revoke_access_token(std::string_view token);

  /// A place for what an area keeps for each app (webhook settings, timeline templates, cards):
  /// made by T's default constructor at first use, gone with clear().
  template <class T>
  [[nodiscard]] T& part(std::uint64_t app_id) {
    const std::lock_guard lock(mutex_);
    auto& slot = parts_[{app_id, std::type_index(typeid(T))}];
    if (!slot) {
      slot = std::make_shared<T>();
    }
    return *static_cast<T*>(slot.get());
  }
  /// Whoever changed a part says so; who acts on parts (the webhook emitter) listens. Called
  /// without the mutex, on the thread of the one who says.
  using Listener = std::function<void(std::uint64_t app_id)>;
  void on_part_changed(Listener listener) { listeners_.push_back(std::move(listener)); }
  void part_changed(std::uint64_t app_id) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class Value>
  using ByText = boost::unordered_flat_map<std::string, Value, TextHash, std::equal_to<>>;

  void keep(AccessTokenPtr token);
  template <class Gone>
  void drop_tokens(const Gone& gone);
  template <class Gone>
  void drop_grants(const Gone& gone);

  const std::uint64_t developer_portal_;
  std::vector<Listener> listeners_;
  mutable std::mutex mutex_;
  std::string developer_key_;
  std::map<std::uint64_t, App> apps_;
  std::map<std::uint64_t, std::vector<std::uint64_t>> installs_;  ///< portals by app
  ByText<AccessTokenPtr> tokens_;
  std::deque<std::string> issued_;  ///< in order of issue, for the bound
  ByText<AuthCode> codes_;
  std::deque<std::string> codes_made_;
  ByText<RefreshToken> refresh_tokens_;
  std::map<std::pair<std::uint64_t, std::type_index>, std::shared_ptr<void>> parts_;
};

}  // namespace hubsim::portal
