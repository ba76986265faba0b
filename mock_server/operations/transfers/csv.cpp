#include "mock_server/operations/transfers/csv.h"

#include <algorithm>

namespace hubsim::operations {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view line_ends = "\r\n";

char find_separator(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of(line_ends));
  char best = ',';
  for (const char candidate : {',', ';', '\t'}) {
    if (std::count(line.begin(), line.end(), candidate) >
        std::count(line.begin(), line.end(), best)) {
      best = candidate;
    }
  }
  return best;
}

/// Bytes of the UTF-8 sequence that begins at `text`; 0 when it is not one.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t size = lead >= 0xF0 ? 4U : lead >= 0xE0 ? 3U : 2U;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) {
    return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) {
    return 0;
  }
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return 0;
    }
  }
  return size;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t size = sequence_length(text);
    if (size == 0) {
      return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.starts_with(byte_order_mark)) {
    text_.remove_prefix(byte_order_mark.size());
  }
  separator_ = find_separator(text_);
}

CsvReader::CsvReader(std::string_view text, char separator) : CsvReader(text) {
  separator_ = separator;
}

void CsvReader::skip_line_end() {
  if (at_end()) {
    return;
  }
  const bool pair = text_.substr(at_).starts_with("\r\n");
  at_ += pair ? 2 : 1;
  ++line_;
}

void CsvReader::skip_line() {
  at_ = std::min(text_.find_first_of(line_ends, at_), text_.size());
  skip_line_end();
}

/// The rest of a field after its opening quote; false when it does not end as it must.
bool CsvReader::quoted(std::string& field) {
  while (!at_end()) {
    const std::size_t quote = std::min(text_.find('"', at_), text_.size());
    const std::string_view piece = text_.substr(at_, quote - at_);
    line_ += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
    if (field.size() + piece.size() > max_csv_field_bytes) {
      at_ = quote;
      return false;
    }
    field += piece;
    at_ = std::min(quote + 1, text_.size());
    if (quote == text_.size()) {
      return false;
    }
    if (at_end() || text_[at_] != '"') {
      return at_end() || text_[at_] == separator_ || line_ends.find(text_[at_]) != line_ends.npos;
    }
    field += '"';
    ++at_;
  }
  return false;
}

void CsvReader::plain(std::string& field) {
  const std::size_t begin = at_;
  while (!at_end() && text_[at_] != separator_ && line_ends.find(text_[at_]) == line_ends.npos) {
    ++at_;
  }
  field += text_.substr(begin, at_ - begin);
}

CsvReader::Row CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  while (!at_end() && line_ends.find(text_[at_]) != line_ends.npos) {
    skip_line_end();
  }
  row_line_ = line_;
  if (at_end()) {
    return Row::end;
  }
  const std::size_t begin = at_;
  while (true) {
    std::string& field = fields.emplace_back();
    bool good = fields.size() <= max_csv_columns;
    if (good && !at_end() && text_[at_] == '"') {
      ++at_;
      good = quoted(field);
    } else {
      plain(field);
      good = good && field.size() <= max_csv_field_bytes;
    }
    if (!good) {
      skip_line();
      return Row::broken;
    }
    if (at_end() || text_[at_] != separator_) {
      break;
    }
    ++at_;
  }
  const bool readable = is_utf8(text_.substr(begin, at_ - begin));
  skip_line_end();
  return readable ? Row::whole : Row::broken;
}

std::size_t count_csv_rows(std::string_view text) {
  std::size_t rows = 0;
  bool quotes = false;
  bool something = false;
  for (const char c : text) {
    if (c == '"') {
      quotes = !quotes;
    }
    const bool ends = !quotes && (c == '\n' || c == '\r');
    rows += ends && something ? 1U : 0U;
    something = !ends;
  }
  return rows + (something ? 1U : 0U);
}

void append_csv_row(std::string& out, const std::vector<std::string>& fields) {
  bool first = true;
  for (const std::string& field : fields) {
    out += first ? "" : ",";
    first = false;
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      out += field;
      continue;
    }
    out += '"';
    for (const char c : field) {
      out += c;
      out += c == '"' ? "\"" : "";
    }
    out += '"';
  }
  out += line_ends;
}

}  // namespace hubsim::operations
