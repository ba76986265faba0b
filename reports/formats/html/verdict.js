// What one reads first: the verdict with its reasons, how to play the run again, and the rules.

function Banner() {
  const verdict = verdicts[run.verdict];
  return html`<header class=${`banner ${verdict.tone}`}>
    <div class="banner-main">
      <p class="stamp"><span class="sign"
        aria-hidden="true">${verdict.sign}</span>${run.verdict}</p>
      <div class="banner-text">
        <h1>${run.scenario_name || "unnamed scenario"}</h1>
        <p class="says">${verdict.says} <span class="muted">${requirementsSum()}</span></p>
      </div>
    </div>
    ${run.reasons.length > 0 && html`<ul class="reasons">
      ${run.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
    ${run.scenario_description && html`<p class="description">${run.scenario_description}</p>`}
    <${Figures} />
    <dl class="replay">
      <div><dt>Seed</dt><dd><code>${run.seed}</code></dd></div>
      <div class="grow"><dt>Play it again</dt>
        <dd><code>${run.replay_command}</code><${Copy} text=${run.replay_command}
          what="the replay command" /></dd></div>
    </dl>
  </header>`;
}

function requirementsSum() {
  const counts = {};
  for (const { verdict } of run.requirements) counts[verdict] = (counts[verdict] || 0) + 1;
  if (run.requirements.length === 0) return "No requirement was stated.";
  const parts = [`${counts.pass || 0} of ${plural(run.requirements.length, "requirement")} passed`];
  if (counts.fail) parts.push(`${counts.fail} failed`);
  if (counts.invalid) parts.push(`${counts.invalid} could not be judged`);
  if (counts.vacuous) parts.push(`${counts.vacuous} saw nothing`);
  return `${parts.join(", ")}.`;
}

// Of hubsim load: one driver, whose last phase is the measured one.
function loadFigures() {
  const [driver] = run.drivers;
  const phase = driver && driver.phases[driver.phases.length - 1];
  if (!phase) return [["Lasted", ms(durationMs), dateTime(run.started_at_ms)]];
  const { response } = phase;
  return [
    ["Lasted", ms(durationMs), dateTime(run.started_at_ms)],
    ["Requests", count(phase.sent), `${count(phase.ok)} ok`],
    ["Failed", count(phase.failed), percent(phase.failed, phase.planned)],
    ["Per second", number(phase.sent_per_s), driver.kind === "closed"
      ? "closed: each waits for its answer" : `${number(phase.planned_per_s)} planned`],
    ["Half within", response.count ? ms(response.p50) : none, "response time p50"],
    ["99 of 100 within", response.count ? ms(response.p99) : none,
      response.count ? `slowest ${ms(response.max)}` : "nothing answered"],
  ];
}

function Figures() {
  return html`<dl class="figures">${(ofScenario ? runFigures() : loadFigures())
    .map(([name, value, note]) => html`
    <div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`)}</dl>`;
}

function runFigures() {
  const { convergence } = run;
  const changes = sum(run.drivers, (driver) => sum(driver.phases, (phase) => phase.ok));
  return [
    ["Lasted", ms(durationMs), run.started_at_ms > 0 && dateTime(run.started_at_ms)],
    ["Changes made", count(changes), plural(run.drivers.length, "driver")],
    ["API calls", count(sum(run.operations, (one) => one.calls)),
      `${count(sum(run.operations, (one) => one.retries))} of them retries`],
    ["Fault hits", count(sum(run.faults, (rule) => rule.hits)),
      plural(run.faults.length, "fault rule")],
    ["Records equal", count(convergence.records - convergence.not_converged),
      `of ${count(convergence.records)} watched`],
    ["Slowest to converge", convergence.time_ms.count ? ms(convergence.time_ms.max) : none,
      convergence.time_ms.count ? `half within ${ms(convergence.time_ms.p50)}`
        : "nothing measured"],
  ];
}

function Evidence({ keys }) {
  if (keys.length === 0) return html`<span class="muted">${none}</span>`;
  const items = keys.map((key) => html`<li>${storiedRecords.has(key)
    ? html`<a href=${linkTo(recordId(key))}>${breakable(key)}</a>` : breakable(key)}</li>`);
  return html`<ul class="keys">${items.slice(0, 3)}</ul>
    ${items.length > 3 && html`<${Fold} summary=${`${items.length - 3} more`}>
      <ul class="keys">${items.slice(3)}</ul><//>`}`;
}

// How far inside or outside the bound, as words and as a bar to the right or left of it.
function Margin({ value }) {
  if (!isNumber(value)) return html`<span class="muted">${none}</span>`;
  const width = 50 * Math.min(1, Math.abs(value));
  const words = `${number(Math.abs(100 * value))} % ${value < 0 ? "over" : "to spare"}`;
  return html`<span class="margin"><svg viewBox="0 0 100 8" aria-hidden="true">
      <rect class=${value < 0 ? "out" : "in"} x=${value < 0 ? 50 - width : 50} y="1" width=${width}
        height="6" rx="1" />
      <line x1="50" x2="50" y1="0" y2="8" /></svg>${words}</span>`;
}

function PhaseLinks({ names }) {
  if (names.length === 0) return html`<span class="muted">whole run</span>`;
  return names.map((name, index) =>
    html`${index > 0 && ", "}<a href=${linkTo(phaseId(name))}>${name}</a>`);
}

const severity = { fail: 0, invalid: 1, vacuous: 1, pass: 2 };

const requirementColumns = [
  { title: "Requirement", cell: (one) =>
    html`<span class="rule" id=${`requirement-${one.id}`}>${one.id}</span>
      ${one.check !== one.id && html`<span class="check">${one.check}</span>`}` },
  { title: "Verdict", className: "judged", cell: (one) =>
    html`<${Verdict} of=${requirementVerdicts[one.verdict]} />` },
  { title: "Wanted", cell: (one) => one.wanted },
  { title: "Got", className: "got", cell: (one) => html`<b>${one.got}</b>
      ${one.explanation && html`<span class="explanation">${one.explanation}</span>`}
      ${one.advice && html`<span class="advice">${one.advice}</span>`}` },
  { title: "Margin", blank: (one) => !isNumber(one.margin), cell: (one) =>
    html`<${Margin} value=${one.margin} />` },
  { title: "Phase", cell: (one) => html`<${PhaseLinks} names=${one.phases} />` },
  { title: "Evidence", blank: (one) => one.evidence.length === 0, cell: (one) =>
    html`<${Evidence} keys=${one.evidence} />` },
];

function Requirements() {
  const rows = useMemo(() => [...run.requirements].sort((a, b) =>
    severity[a.verdict] - severity[b.verdict]), []);
  return html`<${Section} id="requirements" title="Requirements" aside=${requirementsSum()}>
    ${rows.length === 0
      ? html`<${Empty}>The scenario states no requirement, so there was nothing to judge.<//>`
      : html`<${Table} stacked caption="Requirements, what was wanted and what was got"
          columns=${requirementColumns} rows=${rows}
          rowClass=${(one) => `row-${requirementVerdicts[one.verdict].tone}`} />`}
  <//>`;
}
