// Puts the page together; deep links, printing, and the flag that says all is drawn.

const hasRecords = ofScenario || run.convergence.records > 0 || run.worst_records.length > 0;
const hasClient = ofScenario || run.operations.length > 0 || run.faults.length > 0;
const sections = [["requirements", "Requirements"], ["timeline", "Timeline"],
  ["convergence", "Convergence", hasRecords], ["client", "Client", hasClient],
  ["compared", "Compared", Boolean(run.comparison)],
  ["generator", "Generator"], ["health", "Health"], ["environment", "Environment"],
  ["files", "Files"]].filter(([, , shown = true]) => shown);

function Bar() {
  const [name, setName] = useState(theme.current());
  const other = name === "dark" ? "light" : "dark";
  const verdict = verdicts[run.verdict];
  return html`<nav class="top" aria-label="Sections">
    <span class="brand">hubsim <span class=${`verdict ${verdict.tone}`}><span class="sign"
      aria-hidden="true">${verdict.sign}</span>${run.verdict}</span></span>
    <ul>${sections.map(([id, title]) => html`<li><a href=${linkTo(id)}>${title}</a></li>`)}</ul>
    <button type="button" class="button"
      onClick=${() => { theme.choose(other); setName(other); }}>${other}</button>
  </nav>`;
}

function Page() {
  return html`<${Fragment}>
    <${Bar} />
    <main>
      <${Banner} />
      <${Requirements} />
      <${Timeline} />
      ${hasRecords && html`<${Convergence} />`}
      ${hasClient && html`<${Client} />`}
      <${Compared} />
      <${Drivers} />
      <${Health} />
      <${Environment} />
      <${Files} />
    </main>
    <footer>${`Made by hubsim ${run.environment.hubsim_version}. `}
      This page loads nothing and sends nothing.</footer>
  <//>`;
}

// The element a link names is opened, brought into view and focused; a phase is zoomed to.
function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  const phase = run.phases.find((one) => phaseId(one.name) === id);
  if (phase) zoom(Math.floor(phase.start_ms / 1000), Math.ceil(phase.end_ms / 1000));
  const place = phase ? document.getElementById("timeline") : target;
  place.scrollIntoView({ block: "start" });
  const focus = target.querySelector("summary") || target;
  if (!focus.matches("a, summary, button")) focus.tabIndex = -1;
  focus.focus({ preventScroll: true });
}

// On paper all is light, the charts are as wide as the sheet, and the stories that matter are open:
// those with a finding, or else the first three.
const printWidth = 690; // as .timeline in page.css
let folded = [];
function toPaper() {
  const stories = [...document.querySelectorAll("details.story")];
  const found = stories.filter((one) => one.querySelector(".finding"));
  folded = (found.length > 0 ? found : stories.slice(0, 3)).filter((one) => !one.open);
  folded.forEach((one) => { one.open = true; });
  theme.show("light");
  // A little lower than on the screen, so that the timeline stays on one sheet.
  view.charts.forEach((chart) => chart.setSize({ width: printWidth, height: 0.84 * chart.height }));
}
function toScreen() {
  folded.forEach((one) => { one.open = false; });
  theme.show(theme.current());
}

function favicon() {
  const verdict = verdicts[run.verdict];
  const ink = { good: "%23157347", bad: "%23b3261e", doubt: "%238a5a00" }[verdict.tone];
  const link = document.createElement("link");
  link.rel = "icon";
  link.href = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>" +
    `<rect width='16' height='16' rx='4' fill='${ink}'/><text x='8' y='12' font-size='11' ` +
    `text-anchor='middle' fill='white'>${verdict.sign}</text></svg>`;
  document.head.append(link);
}

render(html`<${Page} />`, document.getElementById("page"));
document.getElementById("fallback").remove();
favicon();
addEventListener("hashchange", follow);
addEventListener("beforeprint", toPaper);
addEventListener("afterprint", toScreen);
// Once more after loading: the browser's own jump to the fragment takes the focus away.
follow();
addEventListener("load", () => setTimeout(follow));
root.dataset.charts = String(view.charts.size);
root.dataset.ready = "true";
window.__report_ready = true;
