/**
 * Judge: every operation of HubSpot's official Node client, unmodified. Each is called with valid
 * arguments; it passes when the client accepts the answer (it throws on any status it does not
 * list) and the answer is what the client's own types say: required fields there, each of its
 * type. An answer that holds errors of its own (207) does not pass. The few calls of which the
 * client lists no status at all, so that it always throws, have to be answered 2xx.
 *
 *   node judge.mjs [crm | others]    against HUBSPOT_BASE_URL with HUBSPOT_ACCESS_TOKEN: the
 *                                    client's CRM, all others, or (without a word) everything
 *   ... --blank                      the judge judged: a server that answers {} to everything must
 *                                    fail at least 95 % of the calls that passed and answer
 *                                    a body
 *   ... --list                       names each call with its outcome
 *   ... --write                      writes the known failures and counts.json anew: look at them
 *
 * Calls that fail for a known reason stand in known_failures.json; one that passes after all, or
 * fails without standing there, fails the judge, and so do counts that are not in counts.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { failedWithin, fault } from './answers.mjs';
import { areas, operationsOf } from './client.mjs';
import { collections, roundTrip } from './round_trips.mjs';
import { callers, targetFromEnvironment } from './target.mjs';

const knownFile = new URL('./known_failures.json', import.meta.url);
const countsFile = new URL('../counts.json', import.meta.url);
const flag = (name) => process.argv.includes(name);
const part = ['crm', 'others'].find(flag) ?? 'all';

const inPart = { all: () => true, crm: (area) => area.startsWith('crm'),
  others: (area) => !area.startsWith('crm') }[part];

/** Within an area: what makes, what reads, what changes, what takes away. */
const turns = { POST: 0, GET: 1, PATCH: 2, PUT: 2, DELETE: 3 };
/** What there is one of (settings) is put before it is read. */
const turn = ({ method, path }) => (method === 'PUT' && !path.endsWith('}') ? 0 : turns[method]);
const inOrder = (operations) => [...operations].sort((a, b) => turn(a) - turn(b));

const short = (error) => `${error.code ?? ''} ${error.message ?? error}`.trim()
  .split('\n').slice(0, 4).join(' ').slice(0, 400);

async function judgeOne(operation, target) {
  let prepared;
  try {
    prepared = await target.resources.argumentsFor(operation);
  } catch (error) {
    return { error: `no arguments: ${short(error)}` };
  }
  try {
    target.expect?.(operation);
    const answer = await target.caller(operation.area)(operation, prepared.values);
    if (!target.expect) target.resources.after(operation, prepared.named, answer);
    const wrong = fault(operation.area, answer, operation.answer) || failedWithin(answer);
    return wrong ? { error: wrong } : {};
  } catch (error) {
    // Of some calls the client lists no status: it throws at the right answer too.
    if (operation.listsNone && error.status >= 200 && error.status <= 299) return {};
    return { error: short(error) };
  }
}

async function judge(operations, target) {
  const outcomes = new Map();
  for (const operation of operations) {
    outcomes.set(operation.id, { operation, ...await judgeOne(operation, target) });
  }
  return outcomes;
}

async function judgeRoundTrips(operations, target) {
  const outcomes = new Map();
  for (const resource of collections(operations)) {
    const error = await roundTrip(target, resource).catch(short);
    outcomes.set(`${resource.create.area}.round trip of ${resource.path}`, { error });
  }
  const held = [...outcomes.values()].filter(({ error }) => !error).length;
  console.log(`round trips create, read, list, update, delete: ${held} of ${outcomes.size}`);
  return outcomes;
}

function countsBy(outcomes, keyOf) {
  const rows = new Map();
  for (const { operation, error } of outcomes.values()) {
    const row = rows.get(keyOf(operation)) ?? { called: 0, passed: 0 };
    row.called += 1;
    row.passed += error ? 0 : 1;
    rows.set(keyOf(operation), row);
  }
  return rows;
}

function report(outcomes) {
  if (flag('--list')) {
    outcomes.forEach(({ error }, id) => console.log(error ? 'FAIL ' : 'ok   ', id, error ?? ''));
  }
  const line = (name, row) => console.log(name.padEnd(36), `called ${row.called}`.padEnd(11),
    `passed ${row.passed}`);
  countsBy(outcomes, (operation) => operation.area).forEach((row, area) => line(area, row));
  countsBy(outcomes, () => 'all').forEach((row) => line(`all of ${part}`, row));
}

/** What the fidelity table shows of this judge, by area, is what was found. */
function countsHold(outcomes) {
  const counts = JSON.parse(readFileSync(countsFile));
  const mine = counts['@hubspot/api-client (Node)'] ??= {};
  const wrong = [];
  countsBy(outcomes, (operation) => operation.area.split('/')[0]).forEach((found, area) => {
    if (flag('--write')) mine[area] = found;
    if (mine[area]?.called !== found.called || mine[area]?.passed !== found.passed) {
      wrong.push(`counts.json has ${JSON.stringify(mine[area])} for ${area}, found ` +
        `${JSON.stringify(found)}: run with --write`);
    }
  });
  if (flag('--write')) writeFileSync(countsFile, `${JSON.stringify(sorted(counts), null, 1)}\n`);
  wrong.forEach((line) => console.log(line));
  return wrong.length === 0;
}

const sorted = (value) => (value === null || typeof value !== 'object' ? value
  : Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])));

/** Those of the judged part; with --write they become what was found. */
function knownFailures(outcomes) {
  const all = JSON.parse(readFileSync(knownFile));
  const mine = (id) => inPart(id.split('.')[0]);
  const known = Object.fromEntries(Object.entries(all).filter(([id]) => mine(id)));
  if (!flag('--write')) return known;
  const failed = [...outcomes].filter(([, { error }]) => error)
    .map(([id, { error }]) => [id, known[id] ?? error.slice(0, 200)]);
  const others = Object.entries(all).filter(([id]) => !mine(id));
  const found = sorted(Object.fromEntries([...failed, ...others]));
  writeFileSync(knownFile, `${JSON.stringify(found, null, 1)}\n`);
  return Object.fromEntries(failed);
}

function verdict(outcomes, known) {
  const wrong = [];
  for (const [id, { error }] of outcomes) {
    if (error && !known[id]) wrong.push(`${id} fails: ${error}`);
    if (!error && known[id]) wrong.push(`${id} passes: take it out of the known failures`);
  }
  for (const id of Object.keys(known)) {
    if (!outcomes.has(id)) wrong.push(`${id} is known to fail, but the client has no such call`);
  }
  wrong.forEach((line) => console.log(line));
  console.log(`known failures ${Object.keys(known).length}, surprises ${wrong.length}`);
  return wrong.length === 0;
}

/** Everything is {}: of the calls that passed and answer a body, the judge must fail 95 %. */
async function judgeBlank(passed, target) {
  let status = 200;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const blank = { ...target, caller: callers({ ...target.access, url }),
    expect: (operation) => { status = operation.success; } };
  const outcomes = await judge(passed.filter(({ answer }) => answer !== 'void'), blank);
  server.close();
  const failed = [...outcomes.values()].filter(({ error }) => error).length;
  const percent = `${(100 * failed / outcomes.size).toFixed(1)} %`;
  console.log(`a server of {}: ${failed} of ${outcomes.size} calls with a body fail (${percent})`);
  outcomes.forEach(({ error }, id) => error || console.log(`  passes: ${id}`));
  return outcomes.size > 0 && failed >= 0.95 * outcomes.size;
}

const target = await targetFromEnvironment();
const operations = areas().filter(inPart).flatMap((area) => inOrder(operationsOf(area)));
const outcomes = await judge(operations, target);
report(outcomes);
const trips = await judgeRoundTrips(operations, target);
const everything = new Map([...outcomes, ...trips]);
let good = verdict(everything, knownFailures(everything));
good = countsHold(outcomes) && good;
if (flag('--blank')) {
  const passed = operations.filter(({ id }) => !outcomes.get(id).error);
  good = await judgeBlank(passed, target) && good;
}
// What was printed into a pipe is on its way until this is called.
process.stdout.write('', () => process.exit(good ? 0 : 1));
