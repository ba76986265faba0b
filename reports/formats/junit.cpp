// junit.xml: one testcase a requirement, and one for the run as a whole, so that an invalid run is
// red in every CI system even when each requirement passed. Written to satisfy both schemas in use
// (Ant's, which demands host, package and both outputs, and Jenkins's, which permits them).
#include <fmt/format.h>

#include "common/base/text.h"
#include "common/time/format.h"
#include "reports/formats/format.h"
#include "reports/formats/words.h"

namespace hubsim::reports {
namespace {

struct Counts {
  std::size_t failures = 0;
  std::size_t errors = 0;
};

/// Schema: xs:dateTime without zone or fraction.
std::string timestamp_of(const RunResult& result) {
  const std::int64_t whole_seconds = result.started_at_ms / 1000 * 1000;
  return format_iso8601(from_unix_ms(whole_seconds)).substr(0, 19);
}

void append_property(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", xml_escape(name),
                     xml_escape(value));
}

std::string details_of(const Requirement& one) {
  std::string text = fmt::format("wanted: {}\ngot:    {}\n", one.wanted, one.got);
  if (!one.phases.empty()) {
    text += "phases: " + join(one.phases, ", ") + "\n";
  }
  if (!one.explanation.empty()) {
    text += "\n" + one.explanation + "\n";
  }
  if (!one.advice.empty()) {
    text += "\n" + one.advice + "\n";
  }
  if (!one.evidence.empty()) {
    text += "\nrecords: " + join(one.evidence, ", ") + "\n";
  }
  return text;
}

/// A testcase; `element` is failure, error or empty for a pass.
struct TestCase {
  std::string_view name;
  std::string_view element;
  std::string_view type;
  std::string message;
  std::string details;
};

void append_case(std::string& out, const RunResult& result, const TestCase& test) {
  out += fmt::format("    <testcase classname=\"hubsim.{}\" name=\"{}\" time=\"0\"",
                     xml_escape(result.scenario_name), xml_escape(test.name));
  if (test.element.empty()) {
    out += "/>\n";
    return;
  }
  out += fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n",
                     test.element, xml_escape(test.type), xml_escape(test.message),
                     xml_escape(test.details));
}

void append_requirement(std::string& out, const RunResult& result, const Requirement& one) {
  std::string_view element;
  if (one.verdict == RequirementVerdict::fail) {
    element = "failure";
  } else if (one.verdict != RequirementVerdict::pass) {
    element = "error";
  }
  append_case(
      out, result,
      {one.id, element, element == "failure" ? one.check : name_of(one.verdict),
       fmt::format("{}: wanted {}, got {}", one.check, one.wanted, one.got), details_of(one)});
}

bool any_failed(const RunResult& result) {
  for (const Requirement& one : result.requirements) {
    if (one.verdict == RequirementVerdict::fail) {
      return true;
    }
  }
  return false;
}

/// Red for an invalid run, and for a failed one whose failure no requirement carries.
TestCase whole_run(const RunResult& result) {
  TestCase test{"the run itself", "", name_of(result.verdict), {}, {}};
  const std::string reasons = join(result.reasons, "\n");
  if (result.verdict == Verdict::invalid) {
    test.element = "error";
    test.message = "the run is INVALID: it proves nothing either way";
    test.details = reasons;
  } else if (result.verdict == Verdict::fail && !any_failed(result)) {
    test.element = "failure";
    test.message = "the run FAILED";
    test.details = reasons;
  }
  return test;
}

Counts count(const RunResult& result, const TestCase& run) {
  Counts counts{run.element == "failure" ? 1U : 0U, run.element == "error" ? 1U : 0U};
  for (const Requirement& one : result.requirements) {
    if (one.verdict == RequirementVerdict::fail) {
      ++counts.failures;
    } else if (one.verdict != RequirementVerdict::pass) {
      ++counts.errors;
    }
  }
  return counts;
}

std::string render_junit(const RunResult& result) {
  const TestCase run = whole_run(result);
  const Counts counts = count(result, run);
  const double seconds = static_cast<double>(result.ended_at_ms - result.started_at_ms) / 1000;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  out += fmt::format(
      "  <testsuite id=\"0\" package=\"hubsim\" name=\"{}\" hostname=\"localhost\" "
      "timestamp=\"{}\" time=\"{:.3f}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
      xml_escape(result.scenario_name), timestamp_of(result), seconds,
      result.requirements.size() + 1, counts.failures, counts.errors);
  out += "    <properties>\n";
  append_property(out, "verdict", name_of(result.verdict));
  append_property(out, "seed", std::to_string(result.seed));
  append_property(out, "replay", result.replay_command);
  append_property(out, "hubsim", result.environment.hubsim_version);
  out += "    </properties>\n";
  append_case(out, result, run);
  for (const Requirement& one : result.requirements) {
    append_requirement(out, result, one);
  }
  out += fmt::format("    <system-out>{}</system-out>\n    <system-err></system-err>\n",
                     xml_escape(requirements_sum(result)));
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace

void register_format_junit(FormatRegistry& registry);
void register_format_junit(FormatRegistry& registry) {
  registry.add({"junit", "junit.xml", "one testcase a requirement, for CI systems", &render_junit});
}

}  // namespace hubsim::reports
