// Feeder: rows of values for requests, from a CSV file or made from texts: each arrival gets one,
// in turn or picked uniformly, by Zipf or from a hot set. A row's columns are ${feed.COLUMN}.
// Threads: immutable once read. Which row the i-th arrival gets depends on seed and i alone.
// Limits: a file of 64 MiB and 1,000,000 rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/config/fields.h"
#include "loadgen/drivers/record_book.h"
#include "loadgen/drivers/text_template.h"

namespace hubsim::loadgen {

/// Rows of a CSV text (RFC 4180), the first being the columns' names. The error names the line.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view text);

class Feeder {
 public:
  /// From a driver's `feeder` setting; nothing, and problems, where it cannot be read.
  [[nodiscard]] static std::optional<Feeder> read(const Json& json, const std::string& pointer,
                                                  config::Problems& problems);

  /// "feed.email", ... as templates know them.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::size_t size() const noexcept { return rows_; }
  void add_row(std::uint64_t index, Prng& prng, NamedValues& values) const;

 private:
  /// A column that is made: a text with ${index}, or words in turn.
  struct Made {
    TextTemplate text;
    std::vector<std::string> words;
  };
  void read_file(const std::string& path, const std::string& pointer, config::Problems& problems);
  void read_made(const Json& made, const std::string& pointer, config::Problems& problems);

  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> table_;
  std::vector<Made> made_;
  std::size_t rows_ = 0;
  std::optional<PickRule> pick_;  ///< nothing: in order
};

}  // namespace hubsim::loadgen
