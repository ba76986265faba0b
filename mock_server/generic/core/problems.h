// Problems: what HubSpot says of a body that is not what its shape asks for (behaviour reference
// 3.3): missing fields together in one text; otherwise the first problem in Jackson's words and,
// where there are more, all of them in `errors`. How strict: options generic.validation and
// generic.unknown_fields.
// Threads: pure over the call.
#pragma once

#include <optional>

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

[[nodiscard]] std::optional<ApiError> check_body(const Call& call);
/// A body that is a bare list.
[[nodiscard]] Read<Json> read_list(const operations::Context& context);
[[nodiscard]] bool has_required(Shape shape);
/// The portal's limit on what is stored; U, the text is ours.
[[nodiscard]] ApiError account_full(GenericStore::Limits limits);

}  // namespace hubsim::generic
