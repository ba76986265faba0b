// Fast reading of the bodies that clients really send: a record's properties, or a batch of inputs.
// Nothing is answered here: a body with anything unusual (a nested value, a member not named below,
// a syntax error) yields nothing, and the careful reader then finds the right words for it.
// Threads: each thread reuses one parser's buffers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/portal/portal.h"

namespace hubsim::operations {

/// One element of `inputs`. Numbers and booleans are the text they were written as.
struct RawInput {
  std::string id;
  std::string id_property;
  std::string trace_id;
  portal::PropertyWrites writes;
};

struct RawBatch {
  std::vector<RawInput> inputs;
  std::vector<std::string> properties;
  std::string id_property;
};

/// A batch that only names records.
struct RawIds {
  std::vector<std::string> ids;
  std::vector<std::string> properties;
};

/// `{"inputs":[{"id":…},…],"properties":[…]}`: what a batch read or archive mostly is.
[[nodiscard]] std::optional<RawIds> read_raw_ids(std::string_view body);
/// `{"inputs":[…],"properties":[…],"idProperty":…}`
[[nodiscard]] std::optional<RawBatch> read_raw_batch(std::string_view body);
/// `{"properties":{…}}` and nothing else.
[[nodiscard]] std::optional<portal::PropertyWrites> read_raw_record(std::string_view body);

}  // namespace hubsim::operations
