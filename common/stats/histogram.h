// Histogram: HdrHistogram's buckets, 1 ns to 1 h at three significant digits, in 270 KB. Recording
// is an index and an addition: no lock, no allocation. Merging adds counts, so it loses nothing.
// Ours because Debian 12 packages no C or C++ one; the encoding is HdrHistogram's V2, which
// its tools open.
// Threads: one writer; merge copies after it has stopped or on its own thread.
// Values below 0 count as 0, values over 1 h as 1 h; clamped() says how often.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace hubsim::stats {

class Histogram {
 public:
  static constexpr int significant_digits = 3;
  static constexpr std::int64_t lowest_ns = 1;
  static constexpr std::int64_t highest_ns = 3'600'000'000'000;

  Histogram();

  void record(std::chrono::nanoseconds value, std::uint64_t times = 1) noexcept;
  void add(const Histogram& other) noexcept;
  void reset() noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return total_; }
  [[nodiscard]] std::uint64_t clamped() const noexcept { return clamped_; }
  /// 0 when empty; exact as recorded.
  [[nodiscard]] std::chrono::nanoseconds min() const noexcept;
  [[nodiscard]] std::chrono::nanoseconds max() const noexcept;
  [[nodiscard]] double mean_ns() const noexcept;
  /// The value that a share of `q` (in [0, 1]) of the samples does not exceed: the highest value
  /// of its bucket, at most max(). 0 when empty.
  [[nodiscard]] std::chrono::nanoseconds quantile(double q) const noexcept;
  /// How many samples were at most `value` (to the bucket's precision).
  [[nodiscard]] std::uint64_t count_at_most(std::chrono::nanoseconds value) const noexcept;

  /// HdrHistogram's V2 compressed form in base64 ("HISTFAAAA...").
  [[nodiscard]] std::string encode() const;
  /// Takes any V2 text of the same range and digits; min, max and mean come back to the bucket's
  /// precision.
  [[nodiscard]] static Result<Histogram> decode(std::string_view text);

  /// The counts alone, as V2 writes them before it compresses: 2 KB of a busy second.
  [[nodiscard]] std::string pack() const;
  /// Adds what pack() gave; min, max and mean to the bucket's precision. False, with a part added,
  /// where the text is none of ours.
  bool add_packed(std::string_view cells) noexcept;

  /// What packing keeps only to the bucket, from where it was kept: the counts stay as they are.
  void make_exact(std::chrono::nanoseconds min, std::chrono::nanoseconds max,
                  double mean_ns) noexcept;

  friend bool operator==(const Histogram& a, const Histogram& b) { return a.counts_ == b.counts_; }

 private:
  // For the encoding, which writes cell by cell (histogram_log.cpp).
  friend struct HistogramCodec;
  [[nodiscard]] static std::size_t cell_count() noexcept;
  [[nodiscard]] static std::int64_t lowest_of_cell(std::size_t cell) noexcept;
  [[nodiscard]] static std::int64_t highest_of_cell(std::size_t cell) noexcept;
  [[nodiscard]] std::size_t first_cell() const noexcept;
  [[nodiscard]] std::uint64_t count_in_cell(std::size_t cell) const noexcept;
  [[nodiscard]] std::size_t cells_in_use() const noexcept;
  bool restore_cell(std::size_t cell, std::uint64_t times) noexcept;

  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::uint64_t clamped_ = 0;
  std::int64_t min_;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

/// encode() and decode() of a packed histogram, without unpacking it.
[[nodiscard]] std::string encode_packed(std::string_view cells);
[[nodiscard]] Result<std::string> decode_packed(std::string_view text);
/// How many samples a packed histogram has; nothing where it is damaged.
[[nodiscard]] std::optional<std::uint64_t> count_packed(std::string_view cells) noexcept;

/// A cell in use: so many samples lie from `lowest` to `highest`.
struct PackedCell {
  std::chrono::nanoseconds lowest{0};
  std::chrono::nanoseconds highest{0};
  std::uint64_t times = 0;
};
/// Calls `visit` for each cell in use, from the lowest on; false where the text is damaged.
bool visit_packed(std::string_view cells, const std::function<void(const PackedCell&)>& visit);
/// What log_line() makes of a tag: whoever looks a line up by its tag has to ask for this.
[[nodiscard]] std::string safe_tag(std::string_view tag);

/// One line of a histogram log (format 1.3): "Tag=people/storm,0.000,6.000,12.345,HISTFAAAA...".
/// Times in seconds, the maximum in milliseconds, as HdrHistogram's log processors expect. What a
/// tag may not have (commas, blanks, line ends) becomes "_". Reader: log_reader.h.
[[nodiscard]] std::string log_line(std::string_view tag, double start_s, double length_s,
                                   const Histogram& histogram);
[[nodiscard]] std::string log_line(std::string_view tag, double start_s, double length_s,
                                   std::chrono::nanoseconds max, std::string_view cells);
/// The lines every log begins with.
[[nodiscard]] std::string log_head(double start_s_since_1970);

}  // namespace hubsim::stats
