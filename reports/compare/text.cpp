#include "reports/compare/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/compare/words.h"

namespace hubsim::reports {

namespace {

/// Control characters of outside text must not steer the terminal.
std::string safe(std::string text) {
  for (char& c : text) {
    c = static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c;
  }
  return text;
}

class Text {
 public:
  explicit Text(bool colour) : colour_(colour) {}

  std::string painted(ChangeVerdict verdict, const std::string& text) const {
    if (!colour_) {
      return text;
    }
    constexpr const char* codes[] = {"0", "32", "1;33", "1;31"};
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(verdict)], text);
  }
  /// Of pieces that are safe.
  void line(const std::string& text = "") { out += text + "\n"; }
  void heading(const std::string& text) {
    line();
    out += colour_ ? "\x1b[1m" + text + "\x1b[0m\n" : text + "\n";
  }

  void change(const std::string& name, const Change& one) {
    const std::string verdict = fmt::format("{:<9}", verdict_text(one.verdict));
    const std::string effect = one.effect ? fmt::format("{:+.2f}", *one.effect) : "";
    out +=
        fmt::format("  {}  {:<28} {:<13} {:>9} -> {:>9} {:>14}  {:<26} {}\n",
                    painted(one.verdict, verdict), safe(name), one.what, value_text(one, one.base),
                    value_text(one, one.fresh), change_text(one), interval_text(one), effect);
    // Quantiles of a phase are often unclear for one reason: told once.
    if (one.verdict == ChangeVerdict::unclear && one.why != last_why_) {
      line("             " + safe(one.why));
    }
    last_why_ = one.why;
  }

  std::string out;

 private:
  bool colour_;
  std::string last_why_;
};

void behaviour(Text& out, const Comparison& comparison) {
  if (comparison.behaviour.empty()) {
    return;
  }
  out.heading("Behaviour of the integration");
  for (const BehaviourChange& one : comparison.behaviour) {
    const std::string verdict =
        one.verdict == ChangeVerdict::same ? "look" : verdict_text(one.verdict);
    out.line("  " + out.painted(one.verdict, fmt::format("{:<9}", verdict)) +
             fmt::format("  {}{}: {}", one.kind,
                         one.operation.empty() ? "" : " of " + safe(one.operation),
                         safe(one.text)));
  }
}

void requirements(Text& out, const Comparison& comparison) {
  if (comparison.requirements.empty()) {
    return;
  }
  out.heading("Requirements that changed");
  for (const RequirementChange& one : comparison.requirements) {
    const auto word = [](const std::string& verdict) {
      return verdict.empty() ? std::string("absent") : verdict;
    };
    out.line("  " + out.painted(one.verdict, fmt::format("{:<9}", verdict_text(one.verdict))) +
             fmt::format("  {} ({}): {} -> {}  {}", safe(one.id), one.check, word(one.base),
                         word(one.fresh), safe(one.got)));
  }
}

void list(Text& out, const char* heading, const std::vector<std::string>& items) {
  if (!items.empty()) {
    out.heading(heading);
    for (const std::string& item : items) {
      out.line("  - " + safe(item));
    }
  }
}

// A comment on GitHub has room for 65,536 characters.
constexpr std::size_t most_of_a_text = 300;
constexpr std::size_t most_items = 25;
constexpr std::size_t most_rows = 100;

std::string cell(std::string text) {
  text = safe(std::move(text));
  std::string out;
  for (const char c : text.substr(0, most_of_a_text)) {
    if (c == '<' || c == '&') {
      out += c == '<' ? "&lt;" : "&amp;";
      continue;
    }
    out += std::string_view("\\|`*[]~").find(c) == std::string_view::npos ? "" : "\\";
    out += c;
    out += c == '@' ? "&#8203;" : "";  // nobody is called by it
  }
  return out + (text.size() > most_of_a_text ? "..." : "");
}

std::string row(const std::string& name, const Change& one) {
  const bool bad = one.verdict == ChangeVerdict::regressed;
  const std::string verdict = bad ? "**REGRESSED**" : verdict_text(one.verdict);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", cell(name), one.what,
                     value_text(one, one.base), value_text(one, one.fresh), change_text(one),
                     interval_text(one), one.effect ? fmt::format("{:+.2f}", *one.effect) : "",
                     verdict);
}

std::string markdown_rows(const Comparison& comparison) {
  std::vector<std::string> rows;
  for (const PhaseComparison& phase : comparison.phases) {
    for (const Change& change : phase.changes) {
      rows.push_back(row(phase.driver + "/" + phase.phase, change));
    }
  }
  for (const Change& change : comparison.convergence) {
    rows.push_back(row("time to converge", change));
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(rows.size(), most_rows); ++i) {
    text += rows[i];
  }
  return rows.size() > most_rows
             ? text + fmt::format("\nand {} rows more\n", rows.size() - most_rows)
             : text;
}

std::string markdown_list(const char* heading, const std::vector<std::string>& items) {
  std::string text = items.empty() ? "" : fmt::format("\n**{}**\n\n", heading);
  const std::size_t shown = std::min(items.size(), most_items);
  for (std::size_t i = 0; i < shown; ++i) {
    text += "- " + cell(items[i]) + "\n";
  }
  return items.size() > shown ? text + fmt::format("- and {} more\n", items.size() - shown) : text;
}

std::string markdown_behaviour(const Comparison& comparison) {
  std::vector<std::string> items;
  for (const BehaviourChange& one : comparison.behaviour) {
    items.push_back(fmt::format(
        "{}{}{}: {}", one.verdict == ChangeVerdict::same ? "" : verdict_text(one.verdict) + " ",
        one.kind, one.operation.empty() ? "" : " of " + one.operation, one.text));
  }
  return markdown_list("Behaviour of the integration", items);
}

}  // namespace

std::string comparison_text(const Comparison& comparison, bool colour) {
  Text out(colour);
  out.line(fmt::format("{}  against the base run",
                       out.painted(comparison.verdict, verdict_text(comparison.verdict))));
  out.line("  base  " + safe(run_text(comparison.base)));
  out.line("  new   " + safe(run_text(comparison.fresh)));
  list(out, "What regressed", comparison.reasons);
  list(out, "Hard to compare", comparison.warnings);
  if (!comparison.phases.empty()) {
    out.heading("Response times, errors, rate (change with its 95 % interval, effect size)");
  }
  for (const PhaseComparison& phase : comparison.phases) {
    for (const Change& change : phase.changes) {
      out.change(phase.driver + "/" + phase.phase, change);
    }
  }
  if (!comparison.convergence.empty()) {
    out.heading("Convergence");
  }
  for (const Change& change : comparison.convergence) {
    out.change("time to converge", change);
  }
  requirements(out, comparison);
  behaviour(out, comparison);
  return out.out;
}

std::string comparison_markdown(const Comparison& comparison) {
  std::string text =
      fmt::format("### hubsim: {} against the base run\n\n", verdict_text(comparison.verdict));
  text += fmt::format("base: {}<br>new: {}\n", cell(run_text(comparison.base)),
                      cell(run_text(comparison.fresh)));
  text += markdown_list("What regressed", comparison.reasons);
  text += markdown_list("Hard to compare", comparison.warnings);
  if (!comparison.phases.empty() || !comparison.convergence.empty()) {
    text += "\n| what | | base | new | change | 95 % interval | effect | verdict |\n";
    text += "|---|---|--:|--:|--:|---|--:|---|\n";
  }
  text += markdown_rows(comparison);
  std::vector<std::string> changed;
  for (const RequirementChange& one : comparison.requirements) {
    changed.push_back(fmt::format("{} ({}): {} -> {} {}", one.id, one.check,
                                  one.base.empty() ? "absent" : one.base,
                                  one.fresh.empty() ? "absent" : one.fresh, one.got));
  }
  return text + markdown_list("Requirements that changed", changed) +
         markdown_behaviour(comparison) + markdown_list("Gates", comparison.gates);
}

}  // namespace hubsim::reports
