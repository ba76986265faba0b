// CSV: rows of a comma-separated text, one at a time, and their writing. What spreadsheets make
// counts (RFC 4180): quotes double inside quotes, a field may hold line ends, lines end with LF,
// CRLF or CR. The separator is found in the first line, because European spreadsheets write ';'.
// Threads: a reader is plain state over a text it does not own; copying it copies the place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubsim::operations {

inline constexpr std::size_t max_csv_columns = 1'000;
inline constexpr std::size_t max_csv_field_bytes = std::size_t{1} << 20;

class CsvReader {
 public:
  enum class Row {
    whole,
    broken,  ///< unfinished quotes, bytes after a quote, too wide or not UTF-8; read on after it
    end,
  };

  CsvReader() = default;
  /// A byte order mark is passed over; the separator is ',', ';' or tab, whichever the first line
  /// has most of.
  explicit CsvReader(std::string_view text);
  CsvReader(std::string_view text, char separator);

  /// The next row that is not empty.
  Row next(std::vector<std::string>& fields);
  /// Line the last row began on, from 1.
  [[nodiscard]] std::size_t line() const noexcept { return row_line_; }
  [[nodiscard]] char separator() const noexcept { return separator_; }

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  void skip_line_end();
  void skip_line();
  bool quoted(std::string& field);
  void plain(std::string& field);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
  char separator_ = ',';
};

/// Rows of a CSV text, without reading their fields: line ends outside quotes, the last row too.
[[nodiscard]] std::size_t count_csv_rows(std::string_view text);

/// Appends the fields with quotes where they need them, and CRLF.
void append_csv_row(std::string& out, const std::vector<std::string>& fields);

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace hubsim::operations
