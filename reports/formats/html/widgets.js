// The few pieces every section is made of.

function Section({ id, title, aside, children }) {
  return html`<section id=${id} aria-labelledby=${`${id}-title`}>
    <header class="section-head">
      <h2 id=${`${id}-title`}>${title}</h2>
      ${aside && html`<p class="aside">${aside}</p>`}
    </header>
    ${children}
  </section>`;
}

const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

function Verdict({ of }) {
  return html`<span class=${`verdict ${of.tone}`}>
    <span class="sign" aria-hidden="true">${of.sign}</span>${of.word}</span>`;
}

function Fold({ id, summary, open, children }) {
  return html`<details id=${id} class="fold" open=${open}>
    <summary>${summary}</summary>${children}
  </details>`;
}

async function copyText(text) {
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "offscreen";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function Copy({ text, what }) {
  const [done, setDone] = useState(false);
  const copy = () => copyText(text).then(() => {
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  }, () => setDone(false));
  return html`<button type="button" class="button copy" onClick=${copy}
    aria-label=${`Copy ${what}`}>
      <span aria-live="polite">${done ? "Copied" : "Copy"}</span></button>`;
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// columns: {title, group, numeric, help, className, cell(row) -> content, sort(row) -> value,
// blank(row): nothing to show, left out where rows are stacked}
// A table scrolls inside its own frame, so that the page never scrolls sideways.
function Table({ caption, columns, rows, stacked, sortable, rowClass }) {
  const [order, setOrder] = useState(null);
  const sorted = useMemo(() => sortRows(rows, order), [rows, order]);
  const turn = (column) => setOrder(order && order.column === column && order.down
    ? { column, down: false } : { column, down: true });
  return html`<div class=${stacked ? "frame" : "frame scrolls"} tabindex=${stacked ? -1 : 0}
      role="region" aria-label=${caption}>
    <table role="table" class=${stacked ? "stacked" : ""}>
      <caption>${caption}</caption>
      <thead role="rowgroup">
        <${GroupRow} columns=${columns} />
        <tr role="row">${columns.map((column) => html`<${Head} column=${column} order=${order}
          turn=${sortable && column.sort ? turn : null} />`)}</tr>
      </thead>
      <tbody role="rowgroup">${sorted.map((row) =>
        html`<tr role="row" class=${rowClass && rowClass(row)}>
        ${columns.map((column, index) =>
          html`<${Cell} column=${column} row=${row} first=${index === 0} />`)}
      </tr>`)}</tbody>
    </table>
  </div>`;
}

function sortRows(rows, order) {
  if (!order) return rows;
  const key = order.column.sort;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    const result = typeof x === "string" ? x.localeCompare(y) : x - y;
    return order.down ? -result : result;
  });
}

function GroupRow({ columns }) {
  if (!columns.some((column) => column.group)) return null;
  const groups = [];
  for (const { group = "" } of columns) {
    const last = groups[groups.length - 1];
    if (last && last.group === group) last.span += 1;
    else groups.push({ group, span: 1 });
  }
  return html`<tr role="row" class="groups">${groups.map(({ group, span }) => (group
    ? html`<th role="columnheader" scope="colgroup" colspan=${span}>${group}</th>`
    : html`<td role="cell" colspan=${span}></td>`))}</tr>`;
}

function Head({ column, order, turn }) {
  const mine = order && order.column === column;
  const state = mine ? (order.down ? "descending" : "ascending") : "none";
  const mark = mine ? (order.down ? "↓" : "↑") : "↕";
  return html`<th role="columnheader" scope="col" class=${column.numeric ? "num" : ""}
      title=${column.help} aria-sort=${turn ? state : null}>
    ${turn ? html`<button type="button" onClick=${() => turn(column)}>${column.title}<span
        class=${`mark ${mine ? "on" : ""}`} aria-hidden="true">${mark}</span></button>`
      : column.title}
  </th>`;
}

function Cell({ column, row, first }) {
  const blank = column.blank && column.blank(row) ? "blank" : "";
  const name = `${column.numeric ? "num" : ""} ${column.className || ""} ${blank}`;
  const content = column.cell(row);
  return first
    ? html`<th role="rowheader" scope="row" class=${name}>${content}</th>`
    : html`<td role="cell" class=${name} data-label=${column.title}><div>${content}</div></td>`;
}

// A key may break after "@" and ".", rather than anywhere.
const breakable = (key) => key.match(/[^@.]*[@.]?/g).map((part) => html`${part}<wbr />`);

// One line from min to max with marks at p50, p90, p99: how a time is spread, from 0 to its max.
function Spread({ of }) {
  const x = (value) => (200 * value) / (of.max || 1);
  const marks = [["p50", of.p50], ["p90", of.p90], ["p99", of.p99], ["max", of.max]];
  const label = [["smallest", of.min], ...marks].map(([name, value]) => `${name} ${ms(value)}`)
    .join(", ");
  return html`<svg class="spread" viewBox="0 0 200 16" preserveAspectRatio="none" role="img"
    aria-label=${label}>
    <title>${label}</title>
    <line class="rail" x1="0" x2="200" y1="8" y2="8" />
    <line class="reach" x1=${x(of.min)} x2=${x(of.max)} y1="8" y2="8" />
    <line class="core" x1=${x(of.p50)} x2=${x(of.p99)} y1="8" y2="8" />
    ${marks.map(([name, value]) => html`<line class=${`tick ${name}`} x1=${x(value)} x2=${x(value)}
      y1=${name === "p50" ? 1 : 4} y2=${name === "p50" ? 15 : 12} />`)}
  </svg>`;
}
