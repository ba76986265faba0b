// Inputs of the batches of records, read once and resolved to records. What is wrong with one input
// stays with it: the operation decides whether the batch fails or answers 207.
// Threads: reads the portal under its lock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/batch.h"

namespace hubsim::operations {

struct BatchInput {
  std::string id;
  IdProperty by;
  portal::RecordPtr record;  ///< live record the id names; nullptr when there is none
  portal::PropertyWrites writes;
  std::vector<portal::AssociationEdge> edges;
  std::string trace_id;
  std::string own_key;  ///< of an input without a record: its natural key, or its id

  /// Lineage or natural key: fault rules pick inputs by it.
  [[nodiscard]] std::string_view key() const {
    return record ? std::string_view(record->lineage) : own_key;
  }
};

struct BatchRequest {
  TypePtr type = nullptr;
  std::vector<BatchInput> inputs;
  std::vector<std::string> properties;    ///< of a batch read
  std::vector<std::string> with_history;  ///< of a batch read: propertiesWithHistory
  bool traced = false;                    ///< some input has an objectWriteTraceId

  [[nodiscard]] std::string key() const;
};

enum class BatchKind { create, read, update, upsert, archive };
/// Read once a call: key() and run() see the same.
[[nodiscard]] const Read<BatchRequest>& read_batch_request(Context& context, BatchKind kind);

/// Two inputs that name one record: 400 for the whole batch (3.3, R).
[[nodiscard]] std::optional<ApiError> check_duplicates(const BatchRequest& request);

}  // namespace hubsim::operations
