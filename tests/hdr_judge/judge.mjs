// HdrHistogram's own reader for JavaScript as judge of latency.hlog: every line is read, and the
// quantiles of the sum over a tag's lines are those of run.json.
//
//   node judge.mjs FOLDER...     each with run.json and latency.hlog
import { readFileSync } from "node:fs";
import { join } from "node:path";
import hdr from "hdr-histogram-js";

const quantiles = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 };
const latencies = ["response", "service", "first_byte", "schedule_lag"];
const problems = [];

function linesByTag(text) {
  const reader = new hdr.HistogramLogReader(text);
  const tags = new Map();
  for (let line = reader.nextIntervalHistogram(); line; line = reader.nextIntervalHistogram()) {
    tags.set(line.tag, [...(tags.get(line.tag) || []), line]);
  }
  return tags;
}

function sumOf(lines) {
  const sum = hdr.build({ lowestDiscernibleValue: 1, highestTrackableValue: 3.6e12,
    numberOfSignificantValueDigits: 3 });
  lines.forEach((line) => sum.add(line));
  return sum;
}

// The value of the sample that a share of all does not exceed. The package rounds the rank; asking
// for exactly that rank leaves it nothing to round.
function valueAt(sum, share) {
  const rank = Math.max(1, Math.ceil(share * sum.totalCount));
  return sum.getValueAtPercentile((100 * rank) / sum.totalCount);
}

function compare(where, sum, wanted) {
  if (sum.totalCount !== wanted.count) {
    problems.push(`${where}: ${sum.totalCount} samples, run.json has ${wanted.count}`);
    return;
  }
  for (const [name, share] of wanted.count > 0 ? Object.entries(quantiles) : []) {
    const value = valueAt(sum, share);
    const told = Math.round(wanted[name] * 1e6);
    // A bucket's highest value, or the largest sample where that is in the same bucket.
    if (told > value || told < sum.lowestEquivalentValue(value)) {
      problems.push(`${where} ${name}: ${value} ns, run.json has ${told}`);
    }
  }
}

function judge(folder) {
  const run = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  const tags = linesByTag(readFileSync(join(folder, "latency.hlog"), "utf8"));
  let compared = 0;
  for (const driver of run.drivers) {
    for (const phase of driver.phases) {
      for (const latency of latencies) {
        const tag = `${driver.id}/${phase.phase}/${latency}`;
        compare(`${folder}: ${tag}`, sumOf(tags.get(tag) || []), phase[latency]);
        tags.delete(tag);
        compared += phase[latency].count;
      }
    }
  }
  for (const tag of tags.keys()) problems.push(`${folder}: nobody knows the tag ${tag}`);
  if (compared === 0) problems.push(`${folder}: nothing was compared`);
  console.log(`${folder}: ${compared} samples as HdrHistogram reads them`);
}

function judgeSeconds(folder) {
  const run = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  const tags = linesByTag(readFileSync(join(folder, "latency.hlog"), "utf8"));
  for (const [tag, lines] of tags) {
    const starts = lines.map((line) => line.startTimeStampMsec - run.started_at_ms);
    const right = starts.every((at, i) => at >= 0 && at <= run.ended_at_ms - run.started_at_ms &&
      (i === 0 || at >= starts[i - 1] + 999));
    if (tag.endsWith("/response") && !right) {
      problems.push(`${folder}: ${tag}: not second by second within the run: ${starts}`);
    }
  }
  if (![...tags.values()].some((lines) => lines.length > 1)) {
    problems.push(`${folder}: no tag has more than one second`);
  }
}

const folders = process.argv.slice(2);
if (folders.length === 0) problems.push("usage: node judge.mjs FOLDER...");
folders.forEach((folder) => {
  judge(folder);
  judgeSeconds(folder);
});
problems.forEach((problem) => console.error(`FAILED: ${problem}`));
process.exit(problems.length > 0 ? 1 : 0);
