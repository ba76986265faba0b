// Choices: what hubsim answers where HubSpot's own behaviour is not known (grade U in the behaviour
// reference), each in one place so that a recording can correct it. All choices are listed in
// docs/fidelity.md.
// Threads: constants and pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hubspot/rules/error_envelope.h"

namespace hubsim::operations::choices {

/// Origin of links where option http.link_origin says so, and for callers without a Host.
inline constexpr std::string_view api_base_url = "https://api.hubapi.com";

/// A null property value: U; taken as "", which clears.
inline constexpr std::string_view null_value_means = "";

/// `archived=true` finds archived records only, on read as on list (U on read).
inline constexpr bool archived_read_finds_live = false;

inline constexpr std::size_t page_default = 10;                   // D 4.6
inline constexpr std::size_t page_maximum = 100;                  // D 4.6
inline constexpr std::size_t history_page = 50;                   // D 4.6
inline constexpr std::size_t batch_maximum = 100;                 // D 4.8
inline constexpr std::size_t search_page_maximum = 200;           // D 5
inline constexpr std::size_t search_reach = 10'000;               // D 5
inline constexpr std::size_t search_body_maximum = 3'000;         // D 5, characters
inline constexpr std::size_t search_groups = 5;                   // D 5
inline constexpr std::size_t search_filters_a_group = 6;          // D 5
inline constexpr std::size_t search_filters = 18;                 // D 5
inline constexpr std::size_t association_page = 500;              // D 6.1
inline constexpr std::size_t association_read_maximum = 1'000;    // D 2.4
inline constexpr std::size_t association_create_maximum = 2'000;  // D 2.4
inline constexpr std::size_t association_archive_maximum = 100;   // D 2.4
inline constexpr std::size_t owner_page = 100;                    // D 7
inline constexpr std::size_t owner_page_maximum = 500;            // D 7
inline constexpr std::size_t unique_properties_a_type = 10;       // D 2.4

inline hubspot::ApiError validation(std::string message) {
  return {.message = std::move(message), .category = "VALIDATION_ERROR"};
}

/// U 4.6: a page limit over the maximum is 400 VALIDATION_ERROR; the text is ours.
inline hubspot::ApiError limit_out_of_range(std::string_view limit, std::size_t maximum) {
  return validation("Invalid limit " + std::string(limit) + ": must be between 1 and " +
                    std::to_string(maximum));
}

/// R weak 5: the text seen in issues for what search refuses beyond 10,000 results.
inline hubspot::ApiError search_beyond_reach() {
  return {.message = "There was a problem with the request.", .category = "VALIDATION_ERROR"};
}

/// R weak 5: an unknown property in a filter or sort is 400; the text is ours.
inline hubspot::ApiError search_unknown_property(std::string_view name) {
  return validation("Property \"" + std::string(name) + "\" does not exist");
}

/// T 5 for groups, U for the others: too many of something in a search.
inline hubspot::ApiError search_too_many(std::string_view what, std::size_t count,
                                         std::size_t maximum) {
  return validation("Invalid input JSON: too many " + std::string(what) + " (count: " +
                    std::to_string(count) + ", max allowed: " + std::to_string(maximum) + ")");
}

/// U: an input that a fault rule fails though the rest of its batch succeeds.
inline hubspot::ApiError input_failed() {
  return {.status = 500, .message = "internal error", .category = "INTERNAL_ERROR"};
}

/// U 4.5: two inputs of one batch create carry the same unique value; all-or-nothing as a conflict.
inline hubspot::ApiError conflict_inside_batch() {
  return {.status = 409, .message = "Contact already exists", .category = "CONFLICT"};
}

}  // namespace hubsim::operations::choices
