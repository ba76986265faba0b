// Render: an item as the shape of an answer has it: what callers set, conformed to the shape; what
// the portal knows (id, times, archived); and for fields that must be there and nobody set, a
// plausible value, the same for create, read and list, because it depends on the item alone.
// Threads: pure.
#pragma once

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

/// `fields` as `shape`; required fields that are absent are made up.
[[nodiscard]] Json render_item(const Call& call, Shape shape, const Item& item);
/// The version of the item that the call's stage names.
[[nodiscard]] Json render_version(const Call& call, Shape shape, const Item& item,
                                  const Json& fields);
/// `value` as that shape writes it; what does not fit is made up from `seed`.
[[nodiscard]] Json conform(Shape shape, const Json& value, std::string_view name, const Call& call,
                           std::uint64_t seed);

/// The success answer: the row's status with this body, or 204.
[[nodiscard]] Reply answer_with(const Call& call, const Json& body);
/// The item as the row's answer.
[[nodiscard]] Reply answer_item(const Call& call, const Item& item);
/// An answer of the row's shape from these members, the rest made up.
[[nodiscard]] Reply answer_fields(const Call& call, const Json& members);

}  // namespace hubsim::generic
