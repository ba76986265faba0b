// Several generators' reports of one plan become one, as if one generator had driven it all:
// counts and histograms are added up, rates come from the first and the last over all, a second's
// quantiles from its histogram. Nothing is averaged, so the order does not matter.
// Threads: pure. The parts count from the same start.
#pragma once

#include <span>

#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

/// Of reports of one driver; the phases in the order in which they are met first. CPU adds up, the
/// busiest thread and what the machine took are the worst part's.
[[nodiscard]] DriverReport merge_reports(std::span<const DriverReport> parts);

}  // namespace hubsim::loadgen
