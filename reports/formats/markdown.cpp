// summary.md: for a comment on a pull request, or a job's summary. The verdict in the first line,
// what failed first, the times of each phase, how to play it again. Text of others cannot leave its
// cell, become HTML or call anybody. Under 60,000 characters whatever the run: each part has its
// own room, and says what it left out.
#include <fmt/format.h>

#include <algorithm>

#include "reports/formats/format.h"
#include "reports/formats/words.h"

namespace hubsim::reports {
namespace {

constexpr std::size_t most_of_a_text = 300;
constexpr std::size_t most_of_a_command = 4'000;
constexpr std::size_t worst_shown = 5;

/// Bytes for each part; their sum is under 60,000.
constexpr std::size_t reasons_room = 8'000;
constexpr std::size_t requirements_room = 24'000;
constexpr std::size_t times_room = 11'000;
constexpr std::size_t worst_room = 5'000;
constexpr std::size_t health_room = 4'000;

/// Cut at a letter, not within one.
std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return std::string(text);
  }
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) {
    --most;
  }
  return std::string(text.substr(0, most)) + "…";
}

/// As words of a line or a cell.
std::string plain(std::string_view text) {
  constexpr std::string_view marks = "\\`*_[]|~";
  std::string out;
  for (const char c : xml_escape(shortened(printable(text), most_of_a_text))) {
    if (marks.find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
    if (c == '@') {
      out += "&#8203;";  // nobody is called by it
    }
  }
  return out;
}

/// As it stands, in a code span; the two marks that would end the span or the cell go.
std::string code(std::string_view text) {
  std::string out = "`";
  for (const char c : shortened(printable(text), most_of_a_text)) {
    if (c == '|') {
      out += '\\';
    }
    out += c == '`' ? '\'' : c;
  }
  return out + (text.empty() ? " `" : "`");
}

/// A block that no text within can end.
std::string fenced(std::string_view text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "sh\n" + printable(text) + "\n" + fence + "\n";
}

/// Lines as far as there is room, then how many are left out.
class Part {
 public:
  Part(std::string head, std::size_t room) : out_(std::move(head)), room_(room) {}

  void add(const std::string& line) {
    if (left_out_ > 0 || out_.size() + line.size() > room_) {
      ++left_out_;
    } else {
      out_ += line;
    }
  }
  std::string take() {
    if (left_out_ > 0) {
      out_ += fmt::format("\n… and {} more: see report.html\n", count_text(left_out_));
    }
    return std::move(out_) + "\n";
  }

 private:
  std::string out_;
  std::size_t room_;
  std::size_t left_out_ = 0;
};

std::string banner(const RunResult& result) {
  const auto length = static_cast<double>(result.ended_at_ms - result.started_at_ms);
  std::string out =
      fmt::format("## {}: {}\n\n{} in {}", name_of(result.verdict), plain(result.scenario_name),
                  requirements_sum(result), ms_text(length));
  if (!result.scenario_description.empty()) {
    out += ". " + plain(result.scenario_description);
  }
  return out + "\n\n";
}

std::string reasons(const RunResult& result) {
  if (result.reasons.empty()) {
    return "";
  }
  Part part("", reasons_room);
  for (const std::string& reason : result.reasons) {
    part.add("- " + plain(reason) + "\n");
  }
  return part.take();
}

int rank_of(RequirementVerdict verdict) {
  return verdict == RequirementVerdict::fail ? 0 : verdict == RequirementVerdict::pass ? 2 : 1;
}

std::string margin_of(const Requirement& one) {
  return one.margin ? fmt::format("{:.1f}% {}", std::abs(*one.margin) * 100,
                                  *one.margin < 0 ? "over" : "to spare")
                    : "";
}

std::string requirements(const RunResult& result) {
  if (result.requirements.empty()) {
    return "";
  }
  std::vector<const Requirement*> order;
  for (const Requirement& one : result.requirements) {
    order.push_back(&one);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return rank_of(a->verdict) < rank_of(b->verdict);
  });
  Part part("| | Requirement | Wanted | Got | Margin |\n|---|---|---|---|---|\n",
            requirements_room);
  for (const Requirement* one : order) {
    std::string got = plain(one->got);
    if (one->verdict != RequirementVerdict::pass && !one->explanation.empty()) {
      got += "<br>" + plain(one->explanation);
    }
    if (!one->advice.empty()) {
      got += "<br><em>" + plain(one->advice) + "</em>";
    }
    part.add(fmt::format("| {} | {} | {} | {} | {} |\n", verdict_word(one->verdict), plain(one->id),
                         plain(one->wanted), got, margin_of(*one)));
  }
  return part.take();
}

std::string times(const RunResult& result) {
  Part part(
      "| Response time | Sent | Failed | Per second | p50 | p90 | p99 | p99.9 | max |\n"
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
      times_room);
  bool any = false;
  for (const Driver& driver : result.drivers) {
    for (const DriverPhase& phase : driver.phases) {
      const Quantiles& times = phase.response;
      const auto time = [&times](double value) { return times.count > 0 ? ms_text(value) : ""; };
      part.add(fmt::format("| {}, {} | {} | {} | {:.1f} | {} | {} | {} | {} | {} |\n",
                           plain(driver.id), plain(phase.phase), count_text(phase.sent),
                           count_text(phase.failed), phase.sent_per_s, time(times.p50),
                           time(times.p90), time(times.p99), time(times.p999), time(times.max)));
      any = true;
    }
  }
  return any ? part.take() : "";
}

std::string worst_records(const RunResult& result) {
  if (result.worst_records.empty()) {
    return "";
  }
  Part part("Worst records, with their whole story in report.html:\n\n", worst_room);
  for (std::size_t i = 0; i < std::min(result.worst_records.size(), worst_shown); ++i) {
    const WorstRecord& record = result.worst_records[i];
    std::string line = "- " + code(record.key);
    for (std::size_t k = 0; k < std::min<std::size_t>(record.findings.size(), 2); ++k) {
      line += (k == 0 ? ": " : "; ") + plain(record.findings[k]);
    }
    part.add(line + "\n");
  }
  return part.take();
}

std::string health(const RunResult& result) {
  Part part("The rig was not within its budget:\n\n", health_room);
  bool any = false;
  for (const HealthItem& item : result.health) {
    if (!item.ok) {
      part.add(fmt::format("- {}: {} (budget {})\n", plain(item.name), plain(item.value),
                           plain(item.budget)));
      any = true;
    }
  }
  return any ? part.take() : "";
}

std::string replay(const RunResult& result) {
  const bool fits = result.replay_command.size() <= most_of_a_command;
  return fenced(fits ? result.replay_command : "# too long for here: see run.json") + "\n";
}

std::string render_markdown(const RunResult& result) {
  return banner(result) + reasons(result) + requirements(result) + times(result) +
         worst_records(result) + health(result) + replay(result) +
         fmt::format("Seed {}, hubsim {}, {} cores.\n", result.seed,
                     plain(result.environment.hubsim_version), result.environment.cpu_count);
}

}  // namespace

void register_format_markdown(FormatRegistry& registry);
void register_format_markdown(FormatRegistry& registry) {
  registry.add({"markdown", "summary.md", "for a comment on a pull request", &render_markdown});
}

}  // namespace hubsim::reports
