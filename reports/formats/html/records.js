// Did the other system end up equal, how long did it take, and the life of the worst records.

function Convergence() {
  const { convergence } = run;
  const equal = convergence.records - convergence.not_converged;
  const times = convergence.time_ms;
  return html`<${Section} id="convergence" title="Convergence"
      aside="From a record's last change to the first look after which it stayed equal.">
    ${convergence.records === 0 &&
      html`<${Empty}>No record was watched, so nothing is known about convergence.<//>`}
    ${convergence.records > 0 && html`<div class="converged">
      <div>
        <p class="big">${count(equal)} <span
          class="muted">of ${count(convergence.records)} records equal at the end</span></p>
        <div class="bar" role="img"
          aria-label=${`${percent(equal, convergence.records)} converged`}>
          <span style=${{ width: `${(100 * equal) / convergence.records}%` }}></span></div>
        <p>${convergence.not_converged === 0 ? "None was left behind."
          : html`<b class="bad-text">
              ${`${plural(convergence.not_converged, "record")} never became equal.`}</b>`}</p>
      </div>
      ${times.count > 0 ? html`<div>
        <dl class="quantiles">${[["p50", times.p50], ["p90", times.p90], ["p99", times.p99],
          ["p99.9", times.p999], ["max", times.max]].map(([name, value]) => html`
          <div><dt>${name}</dt><dd>${ms(value)}</dd></div>`)}</dl>
        <${Spread} of=${times} />
        <p class="muted">Each ±${ms(convergence.resolution_ms)}: how often the observer looked.
          ${" "}Over the ${plural(times.count, "record")} that changed in the run.</p>
      </div>` : html`<${Empty}>No time to converge was measured.<//>`}
    </div>`}
    <h3>Worst records</h3>
    ${run.worst_records.length === 0
      ? html`<${Empty}>No record stood out: there is no life story to tell.<//>`
      : run.worst_records.map((record) => html`<${Story} record=${record} />`)}
  <//>`;
}

const kinds = {
  change: { sign: "✎", word: "Change" },
  event: { sign: "◇", word: "Event" },
  delivery: { sign: "→", word: "Delivery" },
  call: { sign: "↔", word: "Call" },
  observation: { sign: "◉", word: "Seen" },
};
const storyShown = 60;

function Story({ record }) {
  const [all, setAll] = useState(false);
  const findings = record.findings;
  const life = all ? record.life : record.life.slice(0, storyShown);
  return html`<details class="story" id=${recordId(record.key)}>
    <summary>
      <span class="key">${record.key}</span>
      <span class="type">${record.object_type}</span>
      <span class="findings">${findings.length === 0
        ? html`<span class="muted">nothing wrong, but slow</span>`
        : findings.map((text) => html`<span class="finding">${text}</span>`)}</span>
      <span class="steps">${plural(record.life.length, "step")}</span>
    </summary>
    <p class="lineage muted">Lineage <code>${record.lineage || none}</code>
      <a class="permalink" href=${linkTo(recordId(record.key))}>link to this record</a></p>
    ${record.life.length === 0 ? html`<${Empty}>Its life was not recorded.<//>`
      : html`<ol class="life">${life.map((step, index) => html`<${Step} step=${step}
          before=${life[index - 1]} />`)}</ol>`}
    ${life.length < record.life.length && html`<button type="button" class="button"
      onClick=${() => setAll(true)}>
      ${`Show the other ${plural(record.life.length - life.length, "step")}`}</button>`}
  </details>`;
}

// What reigned at a moment: the phase, and the faults that were on.
function Reign({ atMs }) {
  const phase = phaseAt(atMs);
  const faults = faultsAt(atMs);
  return html`<li class="entered">${phase
    ? html`<a href=${linkTo(phaseId(phase.name))}>${phase.name}</a>` : "outside the phases"}
    ${faults.length > 0 &&
      html`<span class="during">${faults.map((rule) => rule.id).join(", ")}</span>`}</li>`;
}
const reignOf = (atMs) =>
  [phaseAt(atMs), ...faultsAt(atMs)].map((one) => one && (one.id || one.name)).join();

function Step({ step, before }) {
  const kind = kinds[step.kind] || { sign: "·", word: step.kind };
  const turned = !before || reignOf(before.at_ms) !== reignOf(step.at_ms);
  return html`
    ${turned && html`<${Reign} atMs=${step.at_ms} />`}
    <li class=${`step ${step.kind}`}>
      <time>${moment(step.at_ms, true)}</time>
      <span class="kind"><span class="sign"
        aria-hidden="true">${kind.sign}</span>${kind.word}</span>
      <span class="text">${step.text}</span>
      <span class="ids">${step.ids.join(" · ")}</span>
    </li>`;
}
