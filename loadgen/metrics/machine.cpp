#include "loadgen/metrics/machine.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "common/base/text.h"
#include "common/time/clock.h"

namespace hubsim::loadgen {

namespace {

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return std::nullopt;
  }
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::string first_line(const std::string& path) {
  const auto text = read_file(path);
  return text ? std::string(trim(std::string_view(*text).substr(0, text->find('\n')))) : "";
}

/// The words of a line, runs of blanks being one.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line, ' ')) {
    if (!trim(word).empty()) {
      words.push_back(trim(word));
    }
  }
  return words;
}

/// Folders that may hold this process's CPU controller: version 2, version 1, the root of either.
std::vector<std::string> cpu_cgroup_folders() {
  std::vector<std::string> folders;
  const std::string text = read_file("/proc/self/cgroup").value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const auto parts = split(line, ':');
    if (parts.size() < 3) {
      continue;
    }
    const std::string path(parts[2] == "/" ? "" : parts[2]);
    if (parts[1].empty()) {
      folders.push_back("/sys/fs/cgroup" + path);
    } else if (parts[1] == "cpu" || parts[1].starts_with("cpu,")) {
      folders.push_back("/sys/fs/cgroup/cpu" + path);
    }
  }
  folders.emplace_back("/sys/fs/cgroup");
  folders.emplace_back("/sys/fs/cgroup/cpu");
  return folders;
}

AuditItem cores_item() {
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  return {"cores", std::to_string(cores),
          cores < 2 ? "generator and target share one core: each waits for the other" : ""};
}

/// Version 2 writes "max 100000" or "50000 100000"; version 1 has a file for each.
AuditItem quota_item() {
  for (const std::string& folder : cpu_cgroup_folders()) {
    const std::string line = first_line(folder + "/cpu.max");
    const auto words = words_of(line);
    std::string quota = words.size() == 2 ? std::string(words[0]) : "";
    std::string period = words.size() == 2 ? std::string(words[1]) : "";
    if (quota.empty()) {
      quota = first_line(folder + "/cpu.cfs_quota_us");
      period = first_line(folder + "/cpu.cfs_period_us");
    }
    const auto quota_us = parse_double(quota);
    const auto period_us = parse_double(period);
    if (quota_us && period_us && *quota_us > 0 && *period_us > 0) {
      return {"cgroup CPU quota", fmt::format("{:.2f} cores", *quota_us / *period_us),
              "a quota stops threads in the middle of a period"};
    }
    if (quota == "max" || quota == "-1") {
      return {"cgroup CPU quota", "none", ""};
    }
  }
  return {"cgroup CPU quota", "unknown", ""};
}

AuditItem governor_item() {
  const std::string governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  const bool slow = governor == "powersave" || governor == "ondemand" || governor == "conservative";
  return {"CPU governor", governor.empty() ? "unknown" : governor,
          slow ? "cores speed up and slow down during the run" : ""};
}

AuditItem descriptor_item(std::size_t connections) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return {"open files, at most", std::to_string(limit.rlim_cur),
          limit.rlim_cur < connections + 64 ? "fewer than the connections asked for" : ""};
}

AuditItem port_item(std::size_t connections) {
  std::string line = first_line("/proc/sys/net/ipv4/ip_local_port_range");
  std::replace(line.begin(), line.end(), '\t', ' ');
  const auto words = words_of(line);  // views into the line
  const auto low = words.size() == 2 ? parse_uint(words[0]) : std::nullopt;
  const auto high = words.size() == 2 ? parse_uint(words[1]) : std::nullopt;
  if (!low || !high || *high < *low) {
    return {"ephemeral ports", "unknown", ""};
  }
  const std::uint64_t ports = *high - *low + 1;
  return {"ephemeral ports", std::to_string(ports),
          ports < connections ? "fewer than the connections asked for" : ""};
}

AuditItem load_item() {
  double load = 0;
  const long cores = std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L);
  const bool known = ::getloadavg(&load, 1) == 1;
  return {"load average", known ? fmt::format("{:.2f}", load) : "unknown",
          load > 0.5 * static_cast<double>(cores) ? "the machine was busy before the run" : ""};
}

std::string kernel_text() {
  utsname name{};
  return ::uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : "unknown";
}

}  // namespace

void read_proc_stat(std::string_view text, MachineSample& sample) {
  const auto words = words_of(text.substr(0, text.find('\n')));
  constexpr std::size_t steal = 8;  // after user nice system idle iowait irq softirq
  for (std::size_t i = 1; i < words.size() && i <= steal; ++i) {
    const std::uint64_t ticks = parse_uint(words[i]).value_or(0);
    sample.all_ticks += ticks;
    if (i == steal) {
      sample.stolen_ticks = ticks;
    }
  }
}

void read_cgroup_stat(std::string_view text, MachineSample& sample) {
  for (const std::string_view line : split(text, '\n')) {
    const auto words = words_of(line);
    const auto value = words.size() == 2 ? parse_uint(words[1]) : std::nullopt;
    if (value && words[0] == "throttled_usec") {
      sample.throttled_us = *value;
    } else if (value && words[0] == "throttled_time") {  // version 1, in nanoseconds
      sample.throttled_us = *value / 1000;
    }
  }
}

MachineSample sample_machine() {
  MachineSample sample;
  sample.at = monotonic_now();
  read_proc_stat(read_file("/proc/stat").value_or(""), sample);
  for (const std::string& folder : cpu_cgroup_folders()) {
    if (sample.throttled_us) {
      break;
    }
    read_cgroup_stat(read_file(folder + "/cpu.stat").value_or(""), sample);
  }
  return sample;
}

MachineUse use_between(const MachineSample& from, const MachineSample& to) {
  MachineUse use;
  use.length = to.at - from.at;
  const double length_us = static_cast<double>(use.length.count()) / 1e3;
  if (from.throttled_us && to.throttled_us && length_us > 0) {
    use.throttled = static_cast<double>(*to.throttled_us - *from.throttled_us) / length_us;
  }
  if (to.all_ticks > from.all_ticks && to.stolen_ticks >= from.stolen_ticks) {
    use.stolen = static_cast<double>(to.stolen_ticks - from.stolen_ticks) /
                 static_cast<double>(to.all_ticks - from.all_ticks);
  }
  return use;
}

std::vector<AuditItem> audit_machine(std::size_t connections) {
  return {cores_item(),
          quota_item(),
          governor_item(),
          descriptor_item(connections),
          port_item(connections),
          load_item(),
          {"clock source",
           first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource"), ""},
          {"kernel", kernel_text(), ""}};
}

Json to_json(const std::vector<AuditItem>& audit) {
  Json all = Json::array();
  for (const AuditItem& item : audit) {
    all.push_back({{"name", item.name}, {"value", item.value}});
    if (!item.warning.empty()) {
      all.back()["warning"] = item.warning;
    }
  }
  return all;
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

}  // namespace hubsim::loadgen
