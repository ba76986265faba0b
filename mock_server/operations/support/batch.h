// Batch envelopes: status, results, numErrors, errors, startedAt, completedAt; 207 as soon as there
// is an error (behaviour reference 4.8, R).
// Threads: plain values.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// The inputs of a batch body, counted and known to be objects; `body` owns them.
struct BatchBody {
  Json body;
  std::size_t size = 0;

  [[nodiscard]] const Json& inputs() const { return *json::find(body, "inputs"); }
};
[[nodiscard]] Read<BatchBody> read_batch(const Context& context, std::size_t maximum);

/// Renders the envelope. `append(out, i)` writes result i of `count`; the order is turned round
/// where choices say so.
struct BatchResults {
  std::size_t count = 0;
  std::function<void(std::string& out, std::size_t index)> append;
  std::vector<ApiError> errors;
};
[[nodiscard]] Reply batch_answer(const Context& context, const BatchResults& results, int status,
                                 std::size_t inputs);

/// What follows the opening `[` of the results and the results themselves, to the end.
void close_batch(std::string& out, const Context& context, const std::vector<ApiError>& errors);

/// Sorted and joined: the fault key of a batch (design 3a).
[[nodiscard]] std::string batch_key(std::vector<std::string_view> keys);

}  // namespace hubsim::operations
