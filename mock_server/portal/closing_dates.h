// Closing dates: what HubSpot writes by itself when a record reaches its end: the close date of a
// contact or company that becomes a customer, of a ticket that is closed.
// Threads: under the portal's lock. Pure over the portal.
// Source: description of the contact's closedate (R 2024: set automatically, may be set by hand);
// recorded creates of a customer (2023) and of a closed ticket (2025); what happens to a ticket
// that is opened again is inferred: the date goes.
#pragma once

#include "mock_server/portal/object_type.h"
#include "mock_server/portal/value_checks.h"

namespace hubsim::portal {

class Portal;

/// Adds to `values` (in index order) what they bring along. `before` is nullptr for a record not
/// yet born.
void add_closing_date(const Portal& portal, const ObjectType& type, const Record* before,
                      Instant now, PreparedValues& values);

}  // namespace hubsim::portal
