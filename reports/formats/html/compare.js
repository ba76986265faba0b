// Compared with a baseline run: what changed, by how much, how sure, and both distributions.

const changeVerdicts = {
  same: { tone: "plain", sign: "=", word: "Same" },
  improved: { tone: "good", sign: "✓", word: "Improved" },
  unclear: { tone: "doubt", sign: "?", word: "Unclear" },
  regressed: { tone: "bad", sign: "✕", word: "Regressed" },
};
const changeRank = { regressed: 0, improved: 1, unclear: 2, same: 3 };
const signed = (value, text) => (value > 0 ? "+" : value < 0 ? "−" : "±") + text;

function changeValue(change, value) {
  if (change.unit === "ms") return ms(value);
  if (change.unit === "share") return `${number(value * 100)} %`;
  return change.unit === "1/s" ? `${number(value)}/s` : number(value);
}

// A difference as a share of the base, or where that says nothing in the unit itself.
function changeDifference(change, delta) {
  if (!isNumber(delta)) return none;
  if (change.unit === "share") return signed(delta, `${number(Math.abs(delta) * 100)} points`);
  if (delta >= 9 * change.base && change.base > 0) return `×${number(1 + delta / change.base)}`;
  if (change.base > 0) return signed(delta, `${number(Math.abs(delta / change.base) * 100)} %`);
  return signed(delta, number(Math.abs(delta)));
}

function changeInterval(change) {
  if (!isNumber(change.low)) return none;
  const ends = [change.low, change.high];
  if (change.unit === "ms" && change.low < -change.base) { // an error bar wider than the time
    return ends.map((end) => signed(end, ms(Math.abs(end)))).join(" to ");
  }
  return ends.map((end) => changeDifference(change, end)).join(" to ");
}

// Where both runs' answers lie, on a logarithmic axis; the area is the base, the line the new run.
function Overlay({ phase }) {
  const points = phase.distribution;
  if (points.length < 2) return null;
  const [width, height] = [320, 96];
  const logs = points.map((one) => Math.log(one.ms));
  const step = logs[1] - logs[0];
  const x = (log) => (width * (log - logs[0] + step)) / (logs[logs.length - 1] - logs[0] + step);
  const shares = (key) => points.map((one, i) => one[key] - (i > 0 ? points[i - 1][key] : 0));
  const [base, fresh] = [shares("base"), shares("fresh")];
  const top = Math.max(...base, ...fresh, 1e-9);
  const y = (share) => height - (height - 6) * (share / top);
  const at = (value) => value.toFixed(1);
  const path = (list) => list.map((share, i) => `${i > 0 ? "L" : "M"}${at(x(logs[i] - step))} ` +
    `${at(y(share))}H${at(x(logs[i]))}`).join("");
  const powers = Array.from({ length: 11 }, (_, i) => 10 ** (i - 4));
  const ticks = powers.flatMap((power) => [power, 3 * power]).filter((tick) =>
    tick >= points[0].ms && tick <= points[points.length - 1].ms);
  const label = `Response times of ${phase.driver} in ${phase.phase}, the base run and this one`;
  return html`<figure class="overlay"><svg viewBox=${`0 0 ${width} ${height + 16}`} role="img"
      aria-label=${label}>
    <path class="base" d=${`${path(base)}V${height}H0Z`} />
    <path class="fresh" d=${path(fresh)} />
    <line class="axis" x1="0" x2=${width} y1=${height} y2=${height} />
    ${ticks.map((tick) => html`<line class="axis" x1=${x(Math.log(tick))}
      x2=${x(Math.log(tick))} y1=${height} y2=${height + 3} /><text x=${x(Math.log(tick))}
      y=${height + 13} text-anchor="middle">${ms(tick)}</text>`)}
  </svg>
  <figcaption><b>${phase.driver}</b> in ${phase.phase}: ${isNumber(phase.slower_share)
    ? `an answer of this run is slower than one of the base ${number(100 * phase.slower_share)} ` +
      "times of 100" : "too few answers"}</figcaption></figure>`;
}

const judgedChange = (one) => html`<${Verdict} of=${changeVerdicts[one.verdict]} />`;

const changeColumns = [
  { title: "Number", sort: (one) => one.name, cell: (one) => html`<b>${one.what}</b>
      <span class="muted"> ${one.name}</span>` },
  { title: "Base", numeric: true, cell: (one) => changeValue(one, one.base) },
  { title: "This run", numeric: true, cell: (one) => changeValue(one, one.fresh) },
  { title: "Change", numeric: true, sort: (one) => one.share ?? 0,
    cell: (one) => changeDifference(one, one.delta) },
  { title: "95 % interval", numeric: true,
    help: "Of the change, by block bootstrap over seconds; of convergence the observers' error bar",
    cell: changeInterval },
  { title: "Effect", numeric: true,
    help: "Cliff's delta, −1 to 1: how often an answer of this run is slower, " +
      " less how often it is faster; below 0.147 negligible",
    sort: (one) => one.effect ?? 0, cell: (one) => (isNumber(one.effect)
      ? signed(one.effect, Math.abs(one.effect).toFixed(2)) : none) },
  { title: "Verdict", sort: (one) => changeRank[one.verdict],
    cell: (one) => html`${judgedChange(one)}
      <span class="explanation">${one.why}</span>` },
];

const behaviourChangeColumns = [
  { title: "What", sort: (one) => one.kind, cell: (one) => one.kind },
  { title: "Operation", sort: (one) => one.operation, cell: (one) => (one.operation
    ? html`<code>${one.operation}</code>` : html`<span class="muted">whole run</span>`) },
  { title: "Difference", cell: (one) => html`<span class="wraps">${one.text}</span>` },
  { title: "Verdict", sort: (one) => changeRank[one.verdict], cell: (one) => (
    one.verdict === "same" ? html`<span class="muted">worth a look</span>` : judgedChange(one)) },
];

const requirementChangeColumns = [
  { title: "Requirement", cell: (one) => html`<span class="rule">${one.id}</span>` },
  { title: "Base", cell: (one) => one.base || none },
  { title: "This run", cell: (one) => one.fresh || none },
  { title: "Got", cell: (one) => one.got },
  { title: "Verdict", cell: judgedChange },
];

function allChanges(comparison) {
  const times = comparison.phases.flatMap((phase) => phase.changes.map((change) =>
    ({ ...change, name: `${phase.driver} in ${phase.phase}` })));
  return [...times, ...comparison.convergence.map((change) =>
    ({ ...change, name: "time to converge" }))];
}

function ComparisonNotes({ title, items }) {
  return items.length === 0 ? null : html`<h3>${title}</h3>
    <ul class="notes">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function Compared() {
  const comparison = run.comparison;
  if (!comparison) return null;
  const rows = allChanges(comparison);
  return html`<${Section} id="compared" title="Compared with the baseline"
      aside=${`${comparison.base.file || comparison.base.scenario}, ` +
        `${dateTime(comparison.base.started_at_ms)}, ${comparison.base.verdict}`}>
    <p><${Verdict} of=${changeVerdicts[comparison.verdict]} /></p>
    <${ComparisonNotes} title="What regressed" items=${comparison.reasons} />
    <${ComparisonNotes} title="What makes the two hard to compare" items=${comparison.warnings} />
    ${comparison.phases.some((phase) => phase.distribution.length > 1) && html`
      <h3>Response times: the base as area, this run as line</h3>
      <div class="overlays">${comparison.phases.map((phase) =>
        html`<${Overlay} phase=${phase} />`)}</div>`}
    ${rows.length > 0 && html`<${Table} sortable caption="Numbers of both runs" rows=${rows}
      columns=${changeColumns} rowClass=${(one) => `row-${changeVerdicts[one.verdict].tone}`} />`}
    ${comparison.requirements.length > 0 && html`<h3>Requirements that changed</h3>
      <${Table} caption="Requirements whose verdict changed" rows=${comparison.requirements}
        columns=${requirementChangeColumns} />`}
    ${comparison.behaviour.length > 0 && html`<h3>How the integration uses the API</h3>
      <${Table} sortable caption="Differences in behaviour" rows=${comparison.behaviour}
        columns=${behaviourChangeColumns} />`}
    <${Fold} summary="Gates"><ul class="notes">${comparison.gates.map((gate) =>
      html`<li>${gate}</li>`)}</ul><//>
  <//>`;
}
