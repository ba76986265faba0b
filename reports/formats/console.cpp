// summary.txt and the end of `hubsim run`: what one needs to know without opening the page.
#include "reports/formats/console.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "reports/formats/format.h"
#include "reports/formats/words.h"

namespace hubsim::reports {
namespace {

constexpr std::size_t worst_shown = 5;
constexpr std::size_t evidence_shown = 5;
constexpr std::size_t text_width = 92;

enum class Ink { plain, bold, dim, good, bad, doubtful };

class Summary {
 public:
  explicit Summary(Colour colour) : colour_(colour) {}

  std::string paint(Ink ink, std::string_view text) const {
    if (colour_ == Colour::off || ink == Ink::plain) {
      return std::string(text);
    }
    constexpr std::string_view codes[] = {"0", "1", "2", "32", "1;31", "1;33"};
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(ink)], text);
  }
  void line(std::string_view text = "") {
    out_ += text;
    out_ += '\n';
  }
  void heading(std::string_view text) {
    line();
    line(paint(Ink::bold, text));
  }
  /// Free text, broken at blanks and indented.
  void wrapped(std::string_view text, std::size_t indent) {
    std::string current;
    for (const std::string_view word : split(text, ' ')) {
      if (!current.empty() && current.size() + 1 + word.size() > text_width - indent) {
        line(std::string(indent, ' ') + current);
        current.clear();
      }
      current += (current.empty() ? "" : " ") + std::string(word);
    }
    line(std::string(indent, ' ') + current);
  }
  std::string take() { return std::move(out_); }

 private:
  Colour colour_;
  std::string out_;
};

Ink ink_of(Verdict verdict) {
  return verdict == Verdict::pass ? Ink::good : verdict == Verdict::fail ? Ink::bad : Ink::doubtful;
}

Ink ink_of(RequirementVerdict verdict) {
  return verdict == RequirementVerdict::pass   ? Ink::good
         : verdict == RequirementVerdict::fail ? Ink::bad
                                               : Ink::doubtful;
}

/// Control characters of outside text must not steer the terminal.
std::string safe(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
    out += control ? ' ' : c;
  }
  return out;
}

void banner(Summary& out, const RunResult& result) {
  const auto seconds = static_cast<double>(result.ended_at_ms - result.started_at_ms);
  out.line(fmt::format("{}  {}: {} in {}",
                       out.paint(ink_of(result.verdict), name_of(result.verdict)),
                       out.paint(Ink::bold, safe(result.scenario_name)), requirements_sum(result),
                       ms_text(seconds)));
  for (const std::string& reason : result.reasons) {
    out.wrapped("- " + safe(reason), 2);
  }
}

std::string some_of(const std::vector<std::string>& names, std::size_t most) {
  const auto shown = std::min(names.size(), most);
  std::string text = safe(join({names.data(), shown}, ", "));
  if (names.size() > shown) {
    text += fmt::format(" and {} more", names.size() - shown);
  }
  return text;
}

void requirement(Summary& out, const Requirement& one, std::size_t width) {
  const bool passed = one.verdict == RequirementVerdict::pass;
  const std::string word = fmt::format("{:<11}", verdict_word(one.verdict));
  std::string text = fmt::format("  {}  {:<{}}  {}", out.paint(ink_of(one.verdict), word),
                                 safe(one.id), width, safe(one.got));
  out.line(text + out.paint(Ink::dim, "  (wanted " + safe(one.wanted) + ")"));
  if (passed) {
    return;
  }
  if (!one.explanation.empty()) {
    out.wrapped(safe(one.explanation), 15);
  }
  if (!one.advice.empty()) {
    out.wrapped(safe(one.advice), 15);
  }
  if (!one.evidence.empty()) {
    out.wrapped("records: " + some_of(one.evidence, evidence_shown), 15);
  }
}

void requirements(Summary& out, const RunResult& result) {
  out.heading("Requirements");
  std::size_t width = 0;
  for (const Requirement& one : result.requirements) {
    width = std::max(width, one.id.size());
  }
  for (const Requirement& one : result.requirements) {
    requirement(out, one, std::min<std::size_t>(width, 28));
  }
}

void faults(Summary& out, const RunResult& result) {
  if (result.faults.empty()) {
    return;
  }
  out.heading("Faults");
  for (const FaultRule& rule : result.faults) {
    const std::string hits = rule.hits == 0
                                 ? out.paint(Ink::doubtful, "never hit")
                                 : fmt::format("hit {} of {} eligible", count_text(rule.hits),
                                               count_text(rule.eligible));
    out.line(fmt::format("  {:<16}  {}; {}", safe(rule.id), hits, safe(rule.summary)));
  }
}

void convergence(Summary& out, const RunResult& result) {
  const Convergence& seen = result.convergence;
  if (seen.records == 0) {
    return;
  }
  const std::uint64_t equal = seen.records - std::min(seen.records, seen.not_converged);
  out.heading("Convergence");
  out.line(fmt::format("  {} of {} records equal at the end{}", count_text(equal),
                       count_text(seen.records),
                       seen.not_converged == 0
                           ? std::string()
                           : ", " + out.paint(Ink::bad, count_text(seen.not_converged) + " not")));
  if (seen.time_ms.count > 0) {
    out.line(fmt::format(
        "  time to converge: p50 {}, p99 {}, slowest {} (each ±{}; {} changed in the run)",
        ms_text(seen.time_ms.p50), ms_text(seen.time_ms.p99), ms_text(seen.time_ms.max),
        ms_text(seen.resolution_ms), count_text(seen.time_ms.count)));
  }
}

void worst_records(Summary& out, const RunResult& result) {
  const std::size_t shown = std::min(result.worst_records.size(), worst_shown);
  if (shown == 0) {
    return;
  }
  out.heading("Worst records");
  for (std::size_t i = 0; i < shown; ++i) {
    const WorstRecord& record = result.worst_records[i];
    const std::string found =
        record.findings.empty() ? "slow, but nothing wrong" : some_of(record.findings, 2);
    out.line(fmt::format("  {}  {}", safe(record.key), found));
  }
  if (result.worst_records.size() > shown) {
    out.line(fmt::format("  and {} more, each with its life story in report.html",
                         result.worst_records.size() - shown));
  }
}

void generator(Summary& out, const RunResult& result) {
  if (result.drivers.empty()) {
    return;
  }
  out.heading("Generator");
  for (const Driver& driver : result.drivers) {
    DriverPhase sum;
    for (const DriverPhase& phase : driver.phases) {
      sum.planned += phase.planned;
      sum.sent += phase.sent;
      sum.failed += phase.failed;
      sum.schedule_lag.p99 = std::max(sum.schedule_lag.p99, phase.schedule_lag.p99);
    }
    out.line(fmt::format("  {:<16}  sent {} of {} planned, {} failed, lag p99 at most {}",
                         safe(driver.id), count_text(sum.sent), count_text(sum.planned),
                         count_text(sum.failed), ms_text(sum.schedule_lag.p99)));
  }
}

void health(Summary& out, const RunResult& result) {
  for (const HealthItem& item : result.health) {
    if (!item.ok) {
      out.line(fmt::format("  {} {}: {} (budget {})", out.paint(Ink::doubtful, "over budget:"),
                           safe(item.name), safe(item.value), safe(item.budget)));
    }
  }
}

std::string render_console(const RunResult& result) { return render_summary(result, Colour::off); }

}  // namespace

std::string render_summary(const RunResult& result, Colour colour) {
  Summary out(colour);
  banner(out, result);
  requirements(out, result);
  faults(out, result);
  convergence(out, result);
  worst_records(out, result);
  generator(out, result);
  health(out, result);
  out.line();
  out.line(fmt::format("{}    {}", out.paint(Ink::dim, "seed"), result.seed));
  out.line(fmt::format("{}  {}", out.paint(Ink::dim, "replay"), safe(result.replay_command)));
  return out.take();
}

void register_format_console(FormatRegistry& registry);
void register_format_console(FormatRegistry& registry) {
  registry.add({"console", "summary.txt", "the final summary as plain text", &render_console});
}

}  // namespace hubsim::reports
