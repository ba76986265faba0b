// IndexLag: how long search does not see a write: a distribution a kind of write, drawn by key
// (portal, record, its how-manieth write), so that the same writes lag alike in every run.
// Off unless an option's preset or a distribution of its own is set. Evidence: reference 5 (creates
// typically under 10 s, updates up to a minute, deleted records linger some seconds); sizes I.
// Threads: guarded by the portal's lock.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/config/fields.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

class Portal;

class IndexLag : public PartOf<IndexLag> {
 public:
  explicit IndexLag(const Portal& portal);

  /// "lognormal(2s, 0.8)", "500ms", ... for every write; "" for what the option says.
  [[nodiscard]] Status<> set(std::string_view distribution);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  void seed(std::uint64_t seed) noexcept { seed_ = seed; }
  /// When search sees this version of a record; nothing: at once.
  [[nodiscard]] std::optional<Instant> seen_at(std::string_view preset, const Record& record,
                                               bool is_new, Instant now);
  /// The same of an association, which lags as an update does.
  [[nodiscard]] std::optional<Instant> edge_seen_at(std::string_view preset, std::string_view key,
                                                    Instant now);

 private:
  [[nodiscard]] std::optional<config::Distribution> wanted(std::string_view preset,
                                                           const Record& record, bool is_new) const;
  std::uint64_t seed_ = 0;
  std::string text_;
  std::optional<config::Distribution> own_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> writes_;
  std::uint32_t edge_writes_ = 0;
};

}  // namespace hubsim::portal
