// How the integration behaved as a client of the API.

const statusTone = (status) => (/^2/.test(status) ? "good" : status === "429" ? "warn"
  : /^[45]/.test(status) || !/^\d/.test(status) ? "bad" : "plain");

function Statuses({ of }) {
  const entries = Object.entries(of).sort(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) return html`<span class="muted">${none}</span>`;
  return html`<span class="statuses">${entries.map(([status, times]) => html`<span
    class=${`status ${statusTone(status)}`}><b>${status}</b> ×${count(times)}</span>`)}</span>`;
}

const operationColumns = [
  { title: "Operation", sort: (one) => one.operation, cell: (one) =>
    html`<code>${one.operation}</code>` },
  { title: "Calls", numeric: true, sort: (one) => one.calls, cell: (one) => count(one.calls) },
  { title: "Answers", cell: (one) => html`<${Statuses} of=${one.statuses} />` },
  { title: "Retries", numeric: true, sort: (one) => one.retries, cell: (one) => count(one.retries),
    help: "The same call again after an answer that asks for another try" },
  { title: "Too early", numeric: true, sort: (one) => one.early_retries,
    help: "Retries sent before the time Retry-After had named",
    cell: (one) => (one.early_retries > 0
      ? html`<b class="bad-text">${count(one.early_retries)}</b>` : "0") },
  ...[["p50", "p50_ms"], ["p90", "p90_ms"], ["p99", "p99_ms"], ["p99.9", "p999_ms"],
    ["p99.99", "p9999_ms"], ["max", "max_ms"]].map(([title, name]) => ({ title, group: "Took",
    numeric: true, sort: (one) => one[name] || 0,
    cell: (one) => (one[name] > 0 ? ms(one[name]) : none) })),
];

function Client() {
  const calls = sum(run.operations, (one) => one.calls);
  const retries = sum(run.operations, (one) => one.retries);
  const early = sum(run.operations, (one) => one.early_retries);
  const aside = calls === 0 ? null
    : `${plural(calls, "call")}, ${plural(retries, "retry", "retries")}, ` +
      `${early === 0 ? "none" : count(early)} of them too early.`;
  return html`<${Section} id="client" title="Client behaviour" aside=${aside}>
    ${run.operations.length === 0
      ? html`<${Empty}>The integration made no API call.<//>`
      : html`<${Table} sortable caption="API calls of the integration, by operation"
          columns=${operationColumns} rows=${run.operations} />`}
    <h3 id="faults">Faults it lived through</h3>
    ${run.faults.length === 0 ? html`<${Empty}>The scenario injects no fault.<//>`
      : html`<${Table} sortable caption="Fault rules and how often they hit" columns=${faultColumns}
        rows=${run.faults} />`}
  <//>`;
}

const faultColumns = [
  { title: "Fault", sort: (rule) => rule.id, cell: (rule) =>
    html`<span class="rule">${rule.id}</span>` },
  { title: "What it does", cell: (rule) => rule.summary || rule.kind },
  { title: "When", cell: (rule) => (rule.windows.length === 0 ? "whole run"
    : rule.windows.map(saySpan).join(", ")) },
  { title: "Could hit", numeric: true, sort: (rule) => rule.eligible, cell: (rule) =>
    count(rule.eligible) },
  { title: "Hit", numeric: true, sort: (rule) => rule.hits, cell: (rule) => (rule.hits === 0
    ? html`<b class="doubt-text">never</b>` : count(rule.hits)) },
  { title: "Share", numeric: true, sort: (rule) => rule.hits / (rule.eligible || 1),
    cell: (rule) => percent(rule.hits, rule.eligible) },
];
