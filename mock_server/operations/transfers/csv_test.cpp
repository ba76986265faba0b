#include "mock_server/operations/transfers/csv.h"

#include <gtest/gtest.h>

namespace hubsim::operations {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Broken rows show as {"!"}.
Rows read(std::string_view text) {
  CsvReader reader(text);
  Rows rows;
  std::vector<std::string> fields;
  for (auto row = reader.next(fields); row != CsvReader::Row::end; row = reader.next(fields)) {
    rows.push_back(row == CsvReader::Row::whole ? fields : std::vector<std::string>{"!"});
  }
  return rows;
}

TEST(Csv, reads_what_spreadsheets_write) {
  EXPECT_EQ(read("a,b\n1,2\n"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a;b,c;d\r\n1;\"2;\"\"3\"\"\"\r\n\r\n"),
            (Rows{{"a", "b,c", "d"}, {"1", "2;\"3\""}}));
  EXPECT_EQ(read("a\tb\r1\t"), (Rows{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(read("a,\"two\r\nlines\"\n,,\n"), (Rows{{"a", "two\r\nlines"}, {"", "", ""}}));
  EXPECT_EQ(read(""), Rows{});
  EXPECT_EQ(read("\n\n"), Rows{});
}

TEST(Csv, a_broken_row_does_not_spoil_the_next) {
  EXPECT_EQ(read("a,b\n\"x\"y,2\n3,4\n"), (Rows{{"a", "b"}, {"!"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\n\xFF,2\n3,4"), (Rows{{"a", "b"}, {"!"}, {"3", "4"}}));
  EXPECT_EQ(read("a,b\n\"never ends,2\n3,4"), (Rows{{"a", "b"}, {"!"}}));
  EXPECT_EQ(read("a\n" + std::string(max_csv_columns, ',') + "\n1"), (Rows{{"a"}, {"!"}, {"1"}}));
  EXPECT_EQ(read("a\n\"" + std::string(max_csv_field_bytes + 1, 'x') + "\"\n1"),
            (Rows{{"a"}, {"!"}, {"1"}}));
}

TEST(Csv, tells_the_line_a_row_began_on) {
  CsvReader reader("h\n\n\"a\nb\"\nc\n");
  std::vector<std::string> fields;
  std::vector<std::size_t> lines;
  while (reader.next(fields) != CsvReader::Row::end) {
    lines.push_back(reader.line());
  }
  EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 5}));
}

TEST(Csv, counts_rows_without_reading_them) {
  EXPECT_EQ(count_csv_rows(""), 0U);
  EXPECT_EQ(count_csv_rows("a\n\r\nb\r\n\"c\nd\""), 3U);
}

TEST(Csv, what_is_written_reads_back) {
  std::string out;
  append_csv_row(out, {"plain", "with,comma", "with \"quotes\"", "two\nlines", ""});
  EXPECT_EQ(out, "plain,\"with,comma\",\"with \"\"quotes\"\"\",\"two\nlines\",\r\n");
  EXPECT_EQ(read(out), (Rows{{"plain", "with,comma", "with \"quotes\"", "two\nlines", ""}}));
}

TEST(Csv, knows_utf8) {
  EXPECT_TRUE(is_utf8("K\xC3\xB6ln \xE2\x82\xAC \xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace hubsim::operations
