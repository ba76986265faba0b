// Whether to believe the numbers: the generator, the rig's own health, the machine, the scenario.

const behind = (phase) => phase.planned > 0 && phase.sent < 0.995 * phase.planned;
const quantile = (title, group, of, help) => ({ title, group, numeric: true, help,
  cell: (phase) => (of(phase).count > 0 ? ms(of(phase)[title.replace(".", "")]) : none),
  sort: (phase) => of(phase)[title.replace(".", "")] });

const counted = (title, of, cell) => ({ title, group: "Requests", numeric: true, sort: of,
  cell: cell || ((phase) => count(of(phase))) });

const driverColumns = [
  { title: "Phase", sort: (phase) => phase.phase, cell: (phase) =>
    html`<a href=${linkTo(phaseId(phase.phase))}>${phase.phase}</a>` },
  counted("Planned", (phase) => phase.planned),
  counted("Sent", (phase) => phase.sent, (phase) => html`${count(phase.sent)}
      ${behind(phase) && html`<b class="doubt-text"> behind</b>`}`),
  counted("OK", (phase) => phase.ok),
  counted("Failed", (phase) => phase.failed, (phase) => (phase.failed > 0
    ? html`<b class="bad-text" title=${sayFailed(phase)}>${count(phase.failed)}</b>` : "0")),
  { title: "planned", group: "Per second", numeric: true, cell: (phase) =>
    number(phase.planned_per_s) },
  { title: "sent", group: "Per second", numeric: true, cell: (phase) => number(phase.sent_per_s) },
  ...["p50", "p99", "p99.9", "max"].map((name) =>
    quantile(name, "Response time", (phase) => phase.response,
    "From the moment the plan named to the answer: the one to quote")),
  ...["p50", "p99"].map((name) => quantile(name, "Service time", (phase) => phase.service,
    "From sending to the answer")),
  ...["p50", "p99", "max"].map((name) =>
    quantile(name, "Schedule lag", (phase) => phase.schedule_lag,
    "How late the generator sent, against its plan")),
];

function sayFailed({ failed, unknown, overflow }) {
  return `${count(failed - (unknown || 0) - (overflow || 0))} answered otherwise or never sent, ` +
    `${count(unknown || 0)} without an answer, ${count(overflow || 0)} too many at once`;
}

const driverPhases = (driver) => (driver.phases.length === 0
  ? html`<${Empty}>It sent nothing in any phase.<//>`
  : html`<${Table} sortable caption=${`Driver ${driver.id}, by phase`} columns=${driverColumns}
    rows=${driver.phases} />`);

// A long run's log is too much for a page: then it lies beside it.
const logOf = (driver) => (driver.hdr_log ? html`<button type="button" class="button"
    onClick=${() => save(`${driver.id}.hlog`, "text/plain", driver.hdr_log)}>
    Save its HDR histogram log</button>`
  : html`<a href="latency.hlog">Its HDR histogram log</a>`);

function Drivers() {
  return html`<${Section} id="generator" title="Load generator"
      aside="Response time counts from the moment the plan named, so a stalled system cannot hide.">
    ${run.drivers.length === 0 && html`<${Empty}>The scenario has no traffic of its own.<//>`}
    ${run.drivers.map((driver) => html`
      <h3>${driver.id} <span class="muted">${driver.kind}</span></h3>
      ${driverPhases(driver)}
      <p class="after">${Object.keys(driver.statuses || {}).length > 0 &&
        html`<span>Answers: <${Statuses} of=${driver.statuses} /> </span>`}
      ${Object.keys(driver.failures).length > 0 &&
        html`<span>Failures: <${Statuses} of=${driver.failures} /> </span>`}
      ${driver.cpu_us_per_request > 0 && html`<span class="muted">Our CPU: ${
        number(driver.cpu_us_per_request)} µs a request. </span>`}
      ${logOf(driver)}</p>`)}
  <//>`;
}

const healthColumns = [
  { title: "What", cell: (item) => item.name },
  { title: "Measured", numeric: true, cell: (item) => item.value },
  { title: "Budget", numeric: true, cell: (item) => item.budget ||
    html`<span class="muted">for information</span>` },
  { title: "Verdict", cell: (item) => html`<${Verdict} of=${item.ok
    ? (item.budget ? { tone: "good", sign: "✓", word: "Within" }
      : { tone: "plain", sign: "·", word: "Noted" })
    : { tone: "doubt", sign: "?", word: "Outside" }} />` },
];

function Health() {
  const over = run.health.filter((item) => !item.ok).length;
  return html`<${Section} id="health" title="Rig health" aside=${run.health.length === 0 ? null
      : over === 0 ? "Everything within its budget." : `${over} outside its budget.`}>
    ${run.health.length === 0 ? html`<${Empty}>Nothing was measured about the rig itself.<//>`
      : html`<${Table} caption="The rig's own numbers and their budgets" columns=${healthColumns}
        rows=${run.health}
          rowClass=${(item) => (item.ok ? "" : "row-doubt")} />`}
  <//>`;
}

function Environment() {
  const { environment } = run;
  const rows = [
    ["Processors", `${environment.cpu_count} × ${environment.cpu_model || "unknown"}`],
    ["Kernel", environment.kernel],
    ["Compiler", `${environment.compiler} (${environment.build_type})`],
    ["hubsim", environment.hubsim_version],
    ["Load average", `${number(environment.load_at_start)} at the start, ` +
      `${number(environment.load_at_end)} at the end`],
    ["Started", run.started_at_ms > 0 ? dateTime(run.started_at_ms) : none],
    ["Ended", run.ended_at_ms > 0 ? dateTime(run.ended_at_ms) : none],
  ];
  return html`<${Section} id="environment" title="Environment">
    <dl class="facts">${rows.map(([name, value]) =>
      html`<div><dt>${name}</dt><dd>${value || none}</dd></div>`)}</dl>
    ${environment.notes.length > 0 &&
      html`<ul class="notes">${environment.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
  <//>`;
}

const Source = () => (run.scenario_text ? html`<${Fold} id="scenario"
    summary=${html`The scenario as it was played <span class="muted">${run.scenario_file}</span>`}>
    <div class="source"><${Copy} text=${run.scenario_text} what="the scenario" />
      <pre tabindex="0">${run.scenario_text}</pre></div><//>`
  : html`<${Empty}>The scenario's text was not kept.<//>`);

function Files() {
  const data = () => save("run.json", "application/json", runText);
  return html`<${Section} id="files" title=${ofScenario ? "Files and scenario" : "Files"}>
    <ul class="links">
      ${run.links.map((link) => html`<li><a href=${encodeURI(link.target)}>${link.name}</a></li>`)}
      <li><button type="button" class="button" onClick=${data}>Save run.json</button>
        <span class="muted"> all data of this page, which it carries within</span></li>
    </ul>
    ${ofScenario && html`<${Source} />`}
    <${Fold} id="licences" summary="Libraries in this page: uPlot, Preact, htm">
      <pre tabindex="0">${document.getElementById("licence-texts").textContent}</pre><//>
  <//>`;
}
