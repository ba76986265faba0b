// Custom channels: channels of conversations that an app brings. A part of the app; their accounts
// are the portals' (conversation_book.h) (behaviour reference 7; D docs "custom channels").
// Threads: any; its own mutex, what is handed out is a copy. Invariant: ids are unique among apps;
// at most max_channels an app.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/operations/conversations/conversation_view.h"

namespace hubsim::operations {

struct CustomChannel {
  std::uint64_t id = 0;
  std::uint64_t app_id = 0;
  std::string name;
  Json body;  ///< capabilities, webhookUrl, ...
  Instant created{};

  [[nodiscard]] Json shown() const;
};

class CustomChannelBook {
 public:
  static constexpr std::size_t max_channels = 100;
  /// Gives it its id; nothing: the app has too many.
  std::optional<CustomChannel> add(CustomChannel channel);
  [[nodiscard]] std::optional<CustomChannel> find(std::uint64_t id) const;
  void put(CustomChannel channel);
  void remove(std::uint64_t id);
  [[nodiscard]] std::vector<CustomChannel> list() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, CustomChannel> by_id_;
  std::uint64_t last_ = 0;
};

/// The app that calls; with the developer's key the one that the query names (?appId=, D docs), or
/// the account itself: 0.
[[nodiscard]] std::uint64_t channel_app(const Context& context);
/// Of all apps.
[[nodiscard]] std::vector<CustomChannel> custom_channels(portal::Apps& apps);
/// The one that the path names, of the calling app.
[[nodiscard]] Read<CustomChannel> named_channel(const Context& context);
/// An agent's message went out on a custom channel: its app's webhookUrl hears of it.
void tell_custom_channel(Context& context, const Thread& thread, const Message& message);

}  // namespace hubsim::operations
