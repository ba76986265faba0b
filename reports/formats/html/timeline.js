// One timeline: phases and fault windows as lanes, and below them the charts, all on one x axis
// with one cursor and one zoom.

const gutterLeft = 58;
const gutterRight = 14;
const seconds = Math.max(1, Math.ceil(durationMs / 1000),
  ...run.timeline.map((one) => one.values.length));
// A value stands for the second that begins there, so it is drawn in the middle of it.
const xs = Array.from({ length: seconds }, (_, second) => second + 0.5);

const panels = [
  { title: "Rate", unit: "per second", series: ["changes", "api_calls"] },
  { title: "API latency", unit: "ms", series: ["api_latency_p50", "api_latency_p99"] },
  { title: "Requests", unit: "per second, by the second of the answer",
    series: ["requests", "errors"] },
  { title: "Response time", unit: "ms", series: ["response_p50", "response_p99", "response_max"] },
  { title: "Refused", unit: "answers per second", series: ["answers_429", "answers_5xx"] },
  { title: "Deliveries", unit: "per second", series: ["deliveries"] },
  { title: "Webhook backlog", unit: "events", series: ["webhook_backlog"], filled: true },
  { title: "Webhook ack", unit: "ms", series: ["webhook_ack_p99"] },
  { title: "Divergence", unit: "records not yet equal", series: ["divergence"], filled: true,
    tall: true },
];
const looks = {
  changes: { label: "changes", ink: "--blue" },
  api_calls: { label: "API calls", ink: "--orange", dash: [6, 3] },
  api_latency_p50: { label: "p50", ink: "--blue" },
  api_latency_p99: { label: "p99", ink: "--orange", dash: [6, 3] },
  requests: { label: "answers", ink: "--blue" },
  errors: { label: "errors", ink: "--red", dash: [2, 3] },
  response_p50: { label: "p50", ink: "--blue" },
  response_p99: { label: "p99", ink: "--orange", dash: [6, 3] },
  response_max: { label: "max", ink: "--red", dash: [2, 3] },
  answers_429: { label: "429", ink: "--orange" },
  answers_5xx: { label: "5xx", ink: "--red", dash: [2, 3] },
  deliveries: { label: "deliveries", ink: "--teal" },
  webhook_backlog: { label: "backlog", ink: "--teal" },
  webhook_ack_p99: { label: "p99", ink: "--teal", dash: [6, 3] },
  divergence: { label: "divergence", ink: "--violet" },
};
const spareInks = ["--blue", "--orange", "--teal", "--violet", "--red"];

// The panels that have data, then those series the page does not know, one panel for each unit.
function panelsWithData() {
  const byName = new Map(run.timeline.map((one) => [one.name, one]));
  const known = panels.map((panel) => ({ ...panel,
    series: panel.series.filter((name) => byName.has(name)).map((name) => byName.get(name)) }));
  const others = new Map();
  for (const one of run.timeline) {
    if (looks[one.name]) continue;
    const panel = others.get(one.unit) || { title: "Also recorded", unit: one.unit, series: [] };
    panel.series.push(one);
    others.set(one.unit, panel);
  }
  // That nothing was refused says something of a scenario's faults, and nothing of a plain load.
  const says = (panel) => ofScenario || panel.title !== "Refused" ||
    panel.series.some((one) => one.values.some((value) => value > 0));
  return [...known, ...others.values()].filter((panel) => panel.series.length > 0 && says(panel));
}

function lookOf(series, index) {
  return looks[series.name] || { label: series.name, ink: spareInks[index % spareInks.length] };
}

// The moments shown, and the second under the cursor; charts and lanes follow both.
const view = { from: 0, to: seconds, second: null, charts: new Set(), listeners: new Set() };
function tell() { view.listeners.forEach((listener) => listener()); }
function zoom(from, to) {
  view.from = Math.max(0, Math.min(from, seconds - 1));
  view.to = Math.min(seconds, Math.max(to, view.from + 1));
  view.charts.forEach((chart) => chart.setScale("x", { min: view.from, max: view.to }));
  tell();
}
function pointAt(second) {
  view.second = second === null ? null : Math.max(0, Math.min(seconds - 1, second));
  for (const chart of view.charts) {
    chart.setCursor(view.second === null ? { left: -10, top: -10 }
      : { left: chart.valToPos(xs[view.second], "x"), top: 10 }, false);
  }
  tell();
}
function useView() {
  const [, redraw] = useState(0);
  useLayoutEffect(() => {
    const listener = () => redraw((turn) => turn + 1);
    view.listeners.add(listener);
    return () => view.listeners.delete(listener);
  }, []);
}
const whole = () => view.from === 0 && view.to === seconds;

function Timeline() {
  const shown = useMemo(panelsWithData, []);
  return html`<${Section} id="timeline" title="Timeline"
      aside="Drag across a chart to zoom; click a name to hide its line; use the arrow keys.">
    ${run.phases.length === 0 && html`<${Empty}>The run recorded no phase.<//>`}
    ${run.phases.length > 0 && html`<${Zoom} />`}
    <div class="timeline">
      ${run.phases.length > 0 && html`<${Lanes} />`}
      ${shown.length === 0 &&
        html`<${Empty}>No series was recorded, so there is nothing to draw.<//>`}
      ${shown.map((panel, index) =>
        html`<${Chart} panel=${panel} last=${index === shown.length - 1} />`)}
    </div>
    ${shown.length > 0 && run.phases.length > 0 && html`<${ByPhase} shown=${shown} />`}
  <//>`;
}

function Zoom() {
  useView();
  const at = view.second === null ? null : view.second * 1000;
  const phase = at === null ? null : phaseAt(at);
  const faults = at === null ? [] : faultsAt(at);
  return html`<div class="zoom">
    <div class="chips" role="group" aria-label="Show">
      <button type="button" class="chip" aria-pressed=${whole()}
        onClick=${() => zoom(0, seconds)}>whole run</button>
      ${run.phases.map((one) => {
        const [from, to] = [Math.floor(one.start_ms / 1000), Math.ceil(one.end_ms / 1000)];
        return html`<button type="button" class="chip"
          aria-pressed=${!whole() && view.from === from && view.to === to}
          onClick=${() => zoom(from, to)}>${one.name}</button>`;
      })}
    </div>
    <p class="where" aria-live="polite">${at === null ? "" : html`<b>${moment(at)}</b>
      ${phase ? ` ${phase.name}` : ""}${faults.length > 0 &&
        html` <span class="bad-text">${faults.map((rule) => rule.id).join(", ")}</span>`}`}</p>
  </div>`;
}

const saySpan = (span) => `${moment(span.start_ms)} to ${moment(span.end_ms)}`;
const sayHits = (rule) => (rule.hits === 0 ? "never hit" : plural(rule.hits, "hit"));
function sayPhase(phase) {
  const measured = phase.measured ? "" : ", not measured";
  return `${phase.name}: ${saySpan(phase)}${measured}${phase.note ? `. ${phase.note}` : ""}`;
}

// Phases and faults above the charts, aligned with their x axis.
function Lanes() {
  useView();
  const span = view.to - view.from;
  const place = (startMs, endMs) => {
    const left = Math.max(0, (startMs / 1000 - view.from) / span);
    const right = Math.min(1, (endMs / 1000 - view.from) / span);
    return right < 0 || left > 1 || right < left ? null
      : { left: `${100 * left}%`, width: `max(3px, ${100 * (right - left)}%)` };
  };
  const rows = run.faults.filter((rule) => rule.windows.length > 0);
  return html`<div class="lanes">
    <div class="lane phases"><span class="lane-name">phases</span><div class="track">
      ${run.phases.map((phase, index) => {
        const at = place(phase.start_ms, phase.end_ms);
        return at && html`<a class=${`phase ${index % 2 ? "odd" : ""}`} style=${at}
          id=${phaseId(phase.name)} href=${linkTo(phaseId(phase.name))}
          title=${sayPhase(phase)}
          >${phase.name}${phase.measured ? "" : html`<i> not measured</i>`}</a>`;
      })}</div></div>
    ${rows.map((rule, index) => html`<div class="lane">
      <span class="lane-name">${index === 0 ? "faults" : ""}</span>
      <div class="track">
      ${rule.windows.map((one) => {
        const at = place(one.start_ms, one.end_ms);
        return at && html`<span class=${`window ${rule.hits === 0 ? "unhit" : ""}`} style=${at}
          title=${`${rule.id}: ${rule.summary}, ${saySpan(one)}, ${sayHits(rule)}`}></span>`;
      })}
      <${LaneLabel} rule=${rule} /></div></div>`)}
  </div>`;
}

// The words stand before the first window or after the last, where there is more room, and on top
// of the windows where there is none.
function LaneLabel({ rule }) {
  const share = (atMs) =>
    Math.min(1, Math.max(0, (atMs / 1000 - view.from) / (view.to - view.from)));
  const before = share(Math.min(...rule.windows.map((span) => span.start_ms)));
  const after = 1 - share(Math.max(...rule.windows.map((span) => span.end_ms)));
  const room = Math.max(before, after);
  const side = { maxWidth: room < 0.2 ? "100%" : `${100 * room}%` };
  if (room >= 0.2 && before > after) side.right = `${100 * (1 - before)}%`;
  else side.left = room < 0.2 ? "0" : `${100 * (1 - after)}%`;
  return html`<span class="lane-label" style=${side}><b>${rule.id}</b>
    <span class="lane-words"> ${rule.summary || rule.kind}, ${rule.hits === 0
      ? html`<b class="doubt-text">never hit</b>` : plural(rule.hits, "hit")}</span></span>`;
}

// Behind the lines: every second phase a shade, fault windows hatched, a rule at each border.
function shade(chart) {
  const { ctx } = chart;
  const { left, top, width, height } = chart.bbox;
  const x = (ms) => chart.valToPos(ms / 1000, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  run.phases.forEach((phase, index) => {
    if (index % 2) {
      ctx.fillStyle = inkOf("--phase-shade");
      ctx.fillRect(x(phase.start_ms), top, x(phase.end_ms) - x(phase.start_ms), height);
    }
  });
  ctx.fillStyle = inkOf("--fault-shade");
  for (const rule of run.faults) {
    for (const span of rule.windows) {
      ctx.fillRect(x(span.start_ms), top, Math.max(2, x(span.end_ms) - x(span.start_ms)), height);
    }
  }
  ctx.fillStyle = inkOf("--phase-border");
  for (const phase of run.phases.slice(1)) {
    ctx.fillRect(Math.round(x(phase.start_ms)), top, 1, height);
  }
  ctx.restore();
}

// A frozen process makes one second a thousand times worse than the rest; then only a logarithmic
// scale shows both.
function isSteep(panel) {
  const values = panel.series.flatMap((one) => measured(one.values)).sort((a, b) => a - b);
  const middle = values[values.length >> 1];
  const highest = values[values.length - 1];
  return panel.unit === "ms" && values[0] > 0 && highest > 40 * middle;
}
const powerOfTen = (value, round) => 10 ** round(Math.log10(value));

function yScale(panel) {
  if (!isSteep(panel)) {
    return { range: (_, low, high) => [Math.min(0, low || 0), high > 0 ? high * 1.08 : 1] };
  }
  return { distr: 3,
    range: (_, low, high) => [powerOfTen(low, Math.floor), powerOfTen(high, Math.ceil)] };
}
function powersOfTen(low, high) {
  const powers = [];
  for (let power = low; power <= high * 1.01; power *= 10) powers.push(power);
  return powers;
}

function chartOptions(panel, last, width) {
  const axis = { stroke: inkOf("--muted"), font: `11px ${inkOf("--sans")}`,
    grid: { stroke: inkOf("--grid"), width: 1 }, ticks: { show: false } };
  const body = panel.tall ? 120 : 78;
  return {
    width, height: body + (last ? 34 : 12), padding: [6, gutterRight, last ? 0 : 6, 0],
    legend: { show: false },
    cursor: { sync: { key: "run", setSeries: false }, drag: { x: true, y: false, setScale: false },
      points: { size: 6 }, y: false },
    scales: { x: { time: false, range: () => [view.from, view.to] }, y: yScale(panel) },
    axes: [
      { ...axis, show: true, size: last ? 28 : 0, gap: 6, space: 70,
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400],
        values: (_, ticks) => ticks.map((tick) => (last ? moment(tick * 1000) : "")) },
      { ...axis, size: gutterLeft, gap: 6, space: 26,
        ...(isSteep(panel) &&
          { splits: (_, __, low, high) => powersOfTen(low, high), filter: (_, ticks) => ticks }),
        values: (_, ticks) => ticks.map(shortNumber) },
    ],
    series: [{}, ...panel.series.map((one, index) => {
      const look = lookOf(one, index);
      return { stroke: () => inkOf(look.ink), width: 1.6, dash: look.dash, label: look.label,
        fill: panel.filled ? () => inkOf(`${look.ink}-wash`) : undefined,
        points: { show: (chart, at) => lonely(chart.data[at]) }, spanGaps: false };
    })],
    hooks: {
      drawClear: [shade],
      setCursor: [(chart) => {
        const second = chart.cursor.idx ?? null;
        const seen = chart.cursor.left < 0 ? null : second;
        if (seen !== view.second) { view.second = seen; tell(); }
      }],
      setSelect: [(chart) => {
        if (chart.select.width < 6) return;
        const from = chart.posToVal(chart.select.left, "x");
        const to = chart.posToVal(chart.select.left + chart.select.width, "x");
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        zoom(Math.round(from), Math.round(to));
      }],
    },
  };
}

// Points are drawn where a value has no neighbour to be joined with.
const lonely = (values) => values.some((value, at) => value !== null &&
  (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null);

function dataOf(panel) {
  const padded = (values) => xs.map((_, second) => values[second] ?? null);
  return [xs, ...panel.series.map((one) => padded(one.values))];
}

function Chart({ panel, last }) {
  const holder = useRef(null);
  const chart = useRef(null);
  const [hidden, setHidden] = useState({});
  useView();
  useLayoutEffect(() => drawn(panel, last, holder.current, chart), []);
  const toggle = (index) => {
    const next = { ...hidden, [index]: !hidden[index] };
    setHidden(next);
    chart.current.setSeries(index + 1, { show: !next[index] });
  };
  const onKey = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === "Escape") { zoom(0, seconds); pointAt(null); }
    if (!step) return;
    event.preventDefault();
    pointAt((view.second ?? Math.floor((view.from + view.to) / 2)) + step);
  };
  return html`<figure class="panel">
    <figcaption>
      <span class="panel-title">${panel.title} <span class="muted">${panel.unit}${isSteep(panel) &&
        ", logarithmic"}</span></span>
      <span class="legend">${panel.series.map((one, index) =>
        html`<${Key} series=${one} index=${index}
        hidden=${hidden[index]} toggle=${() => toggle(index)} />`)}</span>
    </figcaption>
    <div class="plot" ref=${holder} tabindex="0" onKeyDown=${onKey} role="img"
      aria-label=${describe(panel)}></div>
  </figure>`;
}

function drawn(panel, last, holder, chart) {
  const make = () => {
    if (chart.current) { view.charts.delete(chart.current); chart.current.destroy(); }
    chart.current = new uPlot(chartOptions(panel, last, holder.clientWidth || 600), dataOf(panel),
      holder);
    view.charts.add(chart.current);
  };
  make();
  const resize = () => {
    const width = holder.clientWidth;
    if (width > 0 && width !== chart.current.width) {
      chart.current.setSize({ width, height: chart.current.height });
    }
  };
  const watcher = new ResizeObserver(resize);
  watcher.observe(holder);
  theme.listeners.add(make);
  return () => { watcher.disconnect(); theme.listeners.delete(make); chart.current.destroy(); };
}

function Key({ series, index, hidden, toggle }) {
  const look = lookOf(series, index);
  const value = view.second === null ? null : series.values[view.second] ?? null;
  return html`<button type="button" class="key-button" aria-pressed=${!hidden} onClick=${toggle}>
    <svg viewBox="0 0 22 8" aria-hidden="true"><line x1="0" x2="22" y1="4" y2="4"
      style=${{ stroke: `var(${look.ink})` }}
      stroke-dasharray=${(look.dash || []).join(" ")} /></svg>
    ${look.label}${view.second !== null &&
      html` <b>${value === null ? none : number(value)}</b>`}</button>`;
}

const measured = (values) => values.filter(isNumber);
function describe(panel) {
  const parts = panel.series.map((one, index) => {
    const values = measured(one.values);
    return `${lookOf(one, index).label}: ${values.length === 0 ? "no value"
      : `at most ${number(Math.max(...values))}, at the end ${number(values[values.length - 1])}`}`;
  });
  return `${panel.title} (${panel.unit}) over ${seconds} seconds. ${parts.join("; ")}`;
}

// The same as numbers, for those who cannot or would rather not read charts.
function ByPhase({ shown }) {
  const series = shown.flatMap((panel) => panel.series.map((one, index) => ({ one,
    title: `${panel.title}${panel.series.length > 1 ? ` ${lookOf(one, index).label}` : ""}` })));
  const valuesIn = (phase, one) => measured(one.values.slice(Math.floor(phase.start_ms / 1000),
    Math.max(Math.ceil(phase.end_ms / 1000), Math.floor(phase.start_ms / 1000) + 1)));
  const columns = [
    { title: "Phase", cell: (phase) => html`${phase.name}
      <span class="explanation">${phase.note}</span>` },
    { title: "From", numeric: true, cell: (phase) => moment(phase.start_ms) },
    { title: "Lasted", numeric: true, cell: (phase) => ms(phase.end_ms - phase.start_ms) },
    ...series.map(({ one, title }) => ({ title, numeric: true, cell: (phase) => {
      const values = valuesIn(phase, one);
      return values.length === 0 ? none
        : html`${number(sum(values, (value) => value) / values.length)}
            <span class="muted"> / ${number(Math.max(...values))}</span>`;
    } })),
  ];
  return html`<${Fold} summary="The timeline as a table: mean / highest of each phase">
    <${Table} caption="Each series by phase: mean / highest" columns=${columns}
      rows=${run.phases} /><//>`;
}
