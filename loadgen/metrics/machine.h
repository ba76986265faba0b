// The machine under a load run: what it took from the generator (cgroup throttling, steal) and what
// it is (cores, quota, descriptors, ports, governor), because a number without it proves little.
// Threads: pure but for the files of /proc and /sys it reads. Where a file is missing, the item
// says "unknown" and nothing is held against the run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace hubsim::loadgen {

struct MachineSample {
  std::chrono::nanoseconds at{0};             ///< monotonic
  std::optional<std::uint64_t> throttled_us;  ///< by the cgroup's quota, so far
  std::uint64_t stolen_ticks = 0;             ///< by the hypervisor, over all cores
  std::uint64_t all_ticks = 0;
};

/// What happened between two samples.
struct MachineUse {
  std::chrono::nanoseconds length{0};
  double throttled = 0;  ///< share of the time in which the cgroup's quota stopped threads
  double stolen = 0;     ///< share of the cores' time that went to other guests
};

[[nodiscard]] MachineSample sample_machine();
[[nodiscard]] MachineUse use_between(const MachineSample& from, const MachineSample& to);

/// Out of the texts of /proc/stat and cpu.stat; nothing where they say nothing.
void read_proc_stat(std::string_view text, MachineSample& sample);
void read_cgroup_stat(std::string_view text, MachineSample& sample);

struct AuditItem {
  std::string name;
  std::string value;
  std::string warning;  ///< why it may spoil measurements; empty: it does not
};

/// What a reader of the numbers must know of this machine; `connections` are to be opened.
[[nodiscard]] std::vector<AuditItem> audit_machine(std::size_t connections);
[[nodiscard]] Json to_json(const std::vector<AuditItem>& audit);

/// Lifts the soft limit on descriptors to the hard one: no run should end for want of asking.
void raise_descriptor_limit();

}  // namespace hubsim::loadgen
