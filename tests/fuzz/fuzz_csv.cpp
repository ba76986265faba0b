// CSV: any bytes are read to their end in rows within the limits, and what is written reads back.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/assert.h"
#include "mock_server/operations/transfers/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hubsim::operations::CsvReader;
  const std::string text(data, data + size);
  CsvReader reader(text);
  std::vector<std::string> fields;
  std::size_t rows = 0;
  for (auto row = reader.next(fields); row != CsvReader::Row::end; row = reader.next(fields)) {
    HUBSIM_ASSERT(++rows <= text.size());
    if (row == CsvReader::Row::broken) {
      continue;
    }
    HUBSIM_ASSERT(fields.size() <= hubsim::operations::max_csv_columns);
    const bool all_empty = fields.size() == 1 && fields[0].empty();
    const bool marked = fields[0].starts_with("\xEF\xBB\xBF");
    if (all_empty || marked) {
      continue;  // an empty line is no row, and a byte order mark is none of the text
    }
    std::string written;
    hubsim::operations::append_csv_row(written, fields);
    if (CsvReader(written).separator() == ',') {
      std::vector<std::string> again;
      CsvReader second(written);
      HUBSIM_ASSERT(second.next(again) == CsvReader::Row::whole);
      HUBSIM_ASSERT(again == fields);
    }
  }
  (void)hubsim::operations::count_csv_rows(text);
  return 0;
}
