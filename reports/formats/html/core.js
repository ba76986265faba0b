// The data, and how numbers, times and names are written. First of the page's scripts: they are
// joined in the order of html.cpp into one function, so each sees what stands before it.

const root = document.documentElement;
const problems = [];
function noteProblem(text) {
  problems.push(text);
  root.dataset.problems = problems.join(" | ");
}
addEventListener("error", (event) => noteProblem(String(event.message)));
addEventListener("unhandledrejection", (event) => noteProblem(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) =>
  noteProblem(`policy: ${event.violatedDirective} ${event.blockedURI}`));

const runText = document.getElementById("run-data").textContent;
const run = JSON.parse(runText);
// A seed may be larger than what a JavaScript number holds: taken from the text as it stands.
run.seed = (/"seed":\s*(\d+)/.exec(runText) || [])[1] || String(run.seed);
const { h, render, Fragment } = preact;
const { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback } = preactHooks;
const html = htm.bind(h);

const none = "–";
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

// 12345 -> "12,345". The page's own rule, so that it reads the same in every country.
function count(value) {
  if (!isNumber(value)) return none;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

// 3 significant digits, never in powers of ten.
function number(value) {
  if (!isNumber(value)) return none;
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return count(value);
  return value.toFixed(size >= 10 ? 1 : size >= 0.095 ? 2 : 3).replace(/\.?0+$/, "");
}

// Axis labels: "1.2k".
function shortNumber(value) {
  if (Math.abs(value) >= 1e6) return `${number(value / 1e6)}M`;
  if (Math.abs(value) >= 1e4) return `${number(value / 1e3)}k`;
  return number(value);
}

// A duration in milliseconds: "0.31 ms", "42 ms", "1.24 s", "2 min 05 s".
function ms(value) {
  if (!isNumber(value)) return none;
  if (value < 999.5) return `${number(value)} ms`;
  if (value < 119950) return `${(value / 1000).toFixed(value < 9995 ? 2 : 1)} s`;
  const seconds = Math.round(value / 1000);
  const rest = String(seconds % 60).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${rest} s`;
  const minutes = String(Math.floor((seconds % 3600) / 60)).padStart(2, "0");
  return `${Math.floor(seconds / 3600)} h ${minutes} min`;
}

// A moment of the run, from its start: "0:42", with milliseconds where asked for "0:42.125".
function moment(atMs, precise) {
  const whole = Math.floor(Math.abs(atMs) / 1000);
  const minutes = Math.floor(whole / 60);
  let text = `${minutes}:${String(whole % 60).padStart(2, "0")}`;
  if (minutes >= 60) {
    text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:` +
      String(whole % 60).padStart(2, "0");
  }
  if (precise) text += `.${String(Math.floor(Math.abs(atMs) % 1000)).padStart(3, "0")}`;
  return (atMs < 0 ? "−" : "") + text;
}

const percent = (part, whole) => (whole > 0 ? `${number((100 * part) / whole)} %` : none);

function dateTime(unixMs) {
  return new Date(unixMs).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many || `${one}s`}`;
const sum = (list, of) => list.reduce((total, item) => total + (of(item) || 0), 0);
// hubsim load drives one URL: no scenario, no records, no faults; its page has no empty sections.
const ofScenario = Boolean(run.scenario_file || run.scenario_text);
const durationMs = Math.max(0, run.ended_at_ms - run.started_at_ms);

function phaseAt(atMs) {
  return run.phases.find((phase) => atMs >= phase.start_ms && atMs < phase.end_ms);
}
function faultsAt(atMs) {
  return run.faults.filter((rule) =>
    rule.windows.some((span) => atMs >= span.start_ms && atMs <= span.end_ms));
}

// Deep links: #record-KEY, #phase-NAME, or the id of a section.
const recordId = (key) => `record-${key}`;
const phaseId = (name) => `phase-${name}`;
const linkTo = (id) => `#${encodeURIComponent(id)}`;
const storiedRecords = new Set(run.worst_records.map((record) => record.key));

const verdicts = {
  PASS: { tone: "good", sign: "✓", says: "Every requirement held." },
  FAIL: { tone: "bad", sign: "✕", says: "The integration broke at least one requirement." },
  INVALID: { tone: "doubt", sign: "?",
    says: "The run proves nothing either way. Mend the rig and run again." },
};
const requirementVerdicts = {
  pass: { tone: "good", sign: "✓", word: "Pass" },
  fail: { tone: "bad", sign: "✕", word: "Fail" },
  invalid: { tone: "doubt", sign: "?", word: "Invalid" },
  vacuous: { tone: "doubt", sign: "?", word: "Saw nothing" },
};

// Theme: the reader's choice, else the address (?theme=dark), else the system's.
const theme = {
  listeners: new Set(),
  media: matchMedia("(prefers-color-scheme: dark)"),
  chosen: new URLSearchParams(location.search).get("theme"),
  current: () => theme.chosen || (theme.media.matches ? "dark" : "light"),
  show(name) {
    root.dataset.theme = name;
    theme.listeners.forEach((listener) => listener());
  },
  choose(name) {
    theme.chosen = name;
    theme.show(name);
  },
};
theme.media.addEventListener("change", () => theme.show(theme.current()));
theme.show(theme.current());
const inkOf = (name) => getComputedStyle(root).getPropertyValue(name).trim();
