// Marketing events in requests and answers: which one a call names, by its record's id or by the
// identity an app gave it; what a body writes into its record; and the shapes it is shown in: as
// its app sees it, and the newer one (V2) that any app gets (behaviour reference 7; D docs).
// Threads: under the portal's lock.
#pragma once

#include <string>
#include <string_view>

#include "mock_server/operations/marketing/marketing_event_book.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

inline constexpr std::size_t event_batch_maximum = 500;  // D 7

[[nodiscard]] const portal::ObjectType& event_type(const portal::Portal& portal);
[[nodiscard]] MarketingEventBook& event_book(const Context& context);

/// The live record; nullptr: none.
[[nodiscard]] portal::RecordPtr live_event(const portal::Portal& portal, portal::ObjectId id);
/// By {objectId} or {marketingEventId}; else by {externalEventId} and the account of path or query,
/// among the events of the calling app. HubSpot's 404 otherwise.
[[nodiscard]] Read<portal::RecordPtr> named_event(const Context& context);
[[nodiscard]] portal::RecordPtr external_event(const Context& context, std::string_view account,
                                               std::string_view event);
/// Milliseconds as callers send them, kept within the years that a clock can count.
[[nodiscard]] Instant instant_of_ms(std::int64_t ms) noexcept;
/// "query param x may not be null" (3.3, R) when it is absent.
[[nodiscard]] Read<std::string> required_query(const Context& context, std::string_view name);

enum class EventBody { create, change };
/// What the body at `path` writes, checked. Custom properties that the portal has not defined are
/// filtered out (D).
[[nodiscard]] Read<portal::PropertyWrites> read_event(const Context& context, const Json& object,
                                                      EventBody kind, const std::string& path = "");
/// The record with these values: made when `known` is null.
[[nodiscard]] Read<portal::RecordPtr> write_event(Context& context, const portal::RecordPtr& known,
                                                  const portal::PropertyWrites& writes);

/// The record and what the book knows of it.
void archive_event(Context& context, portal::ObjectId id);
/// DELETE of the event that the path names, by either identity.
[[nodiscard]] Reply archive_named_event(Context& context);

[[nodiscard]] std::string event_value(const portal::Portal& portal, const portal::Record& record,
                                      std::string_view property);
/// Cancelled events end too: nobody who registered is a no-show of them before they are over.
[[nodiscard]] bool is_over(const portal::Portal& portal, const portal::Record& record, Instant now);

/// What creating, cancelling and completing answer.
[[nodiscard]] Json show_event(const Context& context, const portal::Record& record);
/// With id and times: what upserts and updates answer.
[[nodiscard]] Json show_public_event(const Context& context, const portal::Record& record);
/// With counters: what reading by the app's own identity answers.
[[nodiscard]] Json show_read_event(const Context& context, const portal::Record& record);
enum class Counters { without, with };
[[nodiscard]] Json show_event_v2(const Context& context, const portal::Record& record,
                                 Counters counters);
/// A batch's envelope with rendered results in the order of its inputs (U; records answer them
/// reversed); 207 where there are errors.
[[nodiscard]] Reply batch_in_order(const Context& context, const std::vector<std::string>& shown,
                                   const std::vector<ApiError>& errors, std::size_t inputs);
[[nodiscard]] Json show_app(const Context& context, std::uint64_t app_id);

}  // namespace hubsim::operations
