/** The whole program against a fake HubSpot that misbehaves. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../src/app.js';
import { startFakeHubSpot } from './fake_hubspot.js';

const SECRET = 'test-secret';
const BATCH = 'POST /crm/v3/objects/contacts/batch/';
let directory;
let hubspot;
let app;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'contact_sync-'));
  hubspot = await startFakeHubSpot();
});

afterEach(async () => {
  delete process.env.CONTACT_SYNC_DEFECT;
  await app?.stop();
  hubspot.stop();
  rmSync(directory, { recursive: true });
});

async function start(overrides = {}) {
  app = await startApp({
    baseUrl: hubspot.url,
    accessToken: 'pat-test',
    clientSecret: SECRET,
    host: '127.0.0.1',
    port: 0,
    publicUrl: '',
    dbPath: join(directory, 'sync.db'),
    reconcileIntervalMs: 60_000,
    reconcileOverlapMs: 60_000,
    batchLingerMs: 30,
    requestTimeoutMs: 300,
    requestsPerSecond: 1_000,
    searchesPerSecond: 1_000,
    ...overrides,
  });
  await until('the first reconciliation', async () => (await health()).last_reconcile);
}

/** The program as its users start it; `app.url` then leads there. */
async function startProcess() {
  const env = {
    ...process.env,
    HUBSPOT_BASE_URL: hubspot.url,
    HUBSPOT_ACCESS_TOKEN: 'pat-test',
    HUBSPOT_CLIENT_SECRET: SECRET,
    PORT: '0',
    DB_PATH: join(directory, 'sync.db'),
    BATCH_LINGER_MS: '0',
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.js')], { env });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await until('the process', () => /listening on (\S+)/.test(output));
  app = { url: /listening on (\S+)/.exec(output)[1], stop: async () => child.kill('SIGKILL') };
  await until('the first reconciliation', async () => (await health()).last_reconcile);
  return child;
}

async function until(what, condition) {
  for (const end = Date.now() + 5_000; Date.now() < end; await sleep(10)) {
    if (await condition()) return;
  }
  assert.fail(`waited in vain for ${what}`);
}

const get = async (path) => (await fetch(app.url + path)).json();
const health = () => get('/health');
const effects = async () => (await get('/effects')).results;

async function person(email) {
  return (await get('/people?limit=500')).results.find((candidate) => candidate.email === email);
}

let eventId = 1;
function event(kind, objectId, fields = {}) {
  return {
    eventId: eventId++,
    occurredAt: hubspot.timeOf(objectId),
    subscriptionType: `contact.${kind}`,
    attemptNumber: 0,
    objectId: Number(objectId),
    ...fields,
  };
}

async function deliver(events, secret = SECRET) {
  const body = JSON.stringify(events);
  const timestamp = String(Date.now());
  const signed = `POST${app.url}/webhooks${body}${timestamp}`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64');
  const response = await fetch(`${app.url}/webhooks`, {
    method: 'POST',
    headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp },
    body,
  });
  return response.status;
}

async function post(people) {
  const response = await fetch(`${app.url}/people`, {
    method: 'POST',
    body: JSON.stringify(people),
  });
  return response.status;
}

async function settled() {
  await until('empty queues', async () => {
    const { inbox_pending, fetch_pending, write_pending } = await health();
    return inbox_pending + fetch_pending + write_pending === 0;
  });
}

test('imports everybody, sends them no mail, and pages', async () => {
  for (let i = 0; i < 250; i += 1) hubspot.create({ email: `p${i}@example.org` });
  await start();
  const first = await get('/people?limit=200');
  const second = await get(`/people?limit=200&after=${first.paging.next.after}`);
  assert.equal(first.results.length + second.results.length, 250);
  assert.equal(second.paging, undefined);
  assert.equal(first.results[0].city, null);
  assert.deepEqual(await effects(), []);
});

test('reads many created contacts in one call and welcomes each once', async () => {
  await start();
  const ids = Array.from({ length: 60 }, (_, i) => hubspot.create({ email: `n${i}@example.org` }));
  const events = ids.map((id) => event('creation', id));
  assert.equal(await deliver(events), 204);
  assert.equal(await deliver(events.map((e) => ({ ...e, attemptNumber: 1 }))), 204);
  await settled();
  await deliver(events.map((e) => ({ ...e, eventId: eventId++ })));
  await settled();
  assert.equal((await effects()).length, 60);
  assert.ok(await person('n59@example.org'));
  assert.ok(hubspot.calls.filter(({ route }) => route === `${BATCH}read`).length <= 3);
});

test('late events neither overwrite newer values nor raise the dead', async () => {
  const id = hubspot.create({ email: 'a@example.org', city: 'Old' });
  await start();
  const change = (city) =>
    event('propertyChange', id, {
      occurredAt: hubspot.update(id, { city }),
      propertyName: 'city',
      propertyValue: city,
    });
  const [older, newer] = [change('Berlin'), change('Paris')];
  await deliver([newer]);
  await deliver([older]);
  await settled();
  assert.equal((await person('a@example.org')).city, 'Paris');

  const occurredAt = hubspot.archive(id);
  await deliver([event('deletion', id, { occurredAt })]);
  await deliver([event('creation', id), { ...older, eventId: eventId++, propertyValue: 'X' }]);
  await settled();
  assert.equal(await person('a@example.org'), undefined);
});

test('a forged delivery changes nothing', async () => {
  await start();
  const id = hubspot.create({ email: 'a@example.org' });
  assert.equal(await deliver([event('creation', id)], 'wrong'), 401);
  assert.equal((await health()).inbox_pending, 0);
  assert.deepEqual(await effects(), []);
});

test('survives bad gateways, resets, silence and partial answers when reading', async () => {
  await start();
  const html = { status: 502, html: '<html>502 Bad Gateway</html>' };
  const half = () => ({
    status: 207,
    body: {
      status: 'COMPLETE',
      results: [],
      numErrors: 1,
      errors: [{ status: 'error', category: 'INTERNAL', message: 'x', context: {} }],
    },
  });
  const troubles = [() => html, () => 'reset', () => 'hang', half];
  hubspot.misbehave = (call) =>
    call.route === `${BATCH}read` ? troubles.shift()?.(call) : undefined;
  const id = hubspot.create({ email: 'a@example.org' });
  await deliver([event('creation', id)]);
  await until('the contact', () => person('a@example.org'));
  assert.equal(troubles.length, 0);
});

test('writes people back in one batch, and a lost answer makes no duplicate', async () => {
  await start();
  let lost = 2;
  hubspot.misbehave = (call, answer) => {
    if (!call.route.endsWith('upsert') || lost-- <= 0) return undefined;
    answer();
    return lost === 1 ? { status: 502, html: '<html>502</html>' } : 'reset';
  };
  const people = [
    { email: 'A@example.org', city: 'Rome' },
    { email: 'b@example.org', phone: '1' },
    { email: 'a@example.org', city: 'Oslo' },
  ];
  assert.equal(await post(people), 202);
  await settled();
  assert.equal(hubspot.contacts.size, 2);
  assert.equal((await person('a@example.org')).city, 'Oslo');
  const writes = hubspot.calls.filter(({ route }) => route === `${BATCH}upsert`);
  assert.equal(writes.length, 3);
  assert.ok(writes[0].body.inputs.every((input) => input.objectWriteTraceId));
});

test('repeats only the inputs that failed in a 207', async () => {
  await start();
  let first = true;
  hubspot.misbehave = (call, answer) => {
    if (!call.route.endsWith('upsert') || !first) return undefined;
    first = false;
    const failed = call.body.inputs.pop();
    const { body } = answer();
    const context = { objectWriteTraceId: [failed.objectWriteTraceId] };
    const error = { status: 'error', category: 'INTERNAL', message: 'x', context };
    return { status: 207, body: { ...body, numErrors: 1, errors: [error] } };
  };
  await post([{ email: 'a@example.org' }, { email: 'b@example.org' }, { email: 'c@example.org' }]);
  await settled();
  assert.equal(hubspot.contacts.size, 3);
  assert.equal(hubspot.calls.at(-1).body.inputs.length, 1);
});

test('one refused person does not hold up the others', async () => {
  await start();
  hubspot.misbehave = (call) =>
    call.body?.inputs?.some(({ id }) => id === 'bad@example.org')
      ? { status: 400, body: { status: 'error', message: 'no', category: 'VALIDATION_ERROR' } }
      : undefined;
  await post(['bad', 'b', 'c', 'd', 'e'].map((name) => ({ email: `${name}@example.org` })));
  await until('the others', () => hubspot.contacts.size === 4);
});

test('refuses people it cannot write', async () => {
  await start();
  assert.equal(await post({ email: 'nobody' }), 400);
  assert.equal(await post({ email: 'a@example.org', shoe_size: '44' }), 400);
  assert.equal(await post([{ email: 'a@example.org', city: 7 }]), 400);
});

test('reconciliation heals dropped creations, changes and deletions', async () => {
  const changed = hubspot.create({ email: 'changed@example.org' });
  const gone = hubspot.create({ email: 'gone@example.org' });
  await start({ reconcileIntervalMs: 50 });
  hubspot.update(changed, { city: 'Lima' });
  hubspot.archive(gone);
  hubspot.create({ email: 'new@example.org' });
  await until('the change', async () => (await person('changed@example.org')).city === 'Lima');
  await until('the creation', () => person('new@example.org'));
  await until('the deletion', async () => !(await person('gone@example.org')));
  assert.deepEqual((await effects()).map(({ email }) => email), ['new@example.org']);
});

test('reconciliation gets past a bulk edit of one millisecond', async () => {
  await start({ reconcileIntervalMs: 50 });
  const ids = Array.from({ length: 450 }, (_, i) => hubspot.create({ email: `b${i}@example.org` }));
  const at = hubspot.timeOf(ids.at(-1));
  for (const id of ids) hubspot.contacts.get(id).updated = at;
  const last = hubspot.create({ email: 'after@example.org' });
  assert.ok(hubspot.timeOf(last) > at);
  await until('the last one', () => person('after@example.org'));
  assert.equal((await health()).people, 451);
});

test('goes on after SIGKILL with what was acknowledged before', async () => {
  const child = await startProcess();
  hubspot.misbehave = (call) => (call.route === `${BATCH}read` ? 'hang' : undefined);
  const id = hubspot.create({ email: 'a@example.org' });
  assert.equal(await deliver([event('creation', id)]), 204);
  await until('the read', () => hubspot.calls.some(({ route }) => route === `${BATCH}read`));
  child.kill('SIGKILL');
  await once(child, 'exit');
  hubspot.misbehave = () => undefined;
  await start();
  await until('the contact', () => person('a@example.org'));
  assert.equal((await effects()).length, 1);
});

test('imported pages are not read again after a restart', async () => {
  for (let i = 0; i < 150; i += 1) hubspot.create({ email: `p${i}@example.org` });
  let pages = 0;
  hubspot.misbehave = ({ route }) => {
    if (route !== 'GET /crm/v3/objects/contacts' || (pages += 1) < 2) return undefined;
    return { status: 400, body: { status: 'error', message: 'no' } };
  };
  await Promise.race([start(), until('two pages', () => pages === 2)]);
  await sleep(50);
  await app.stop();
  hubspot.misbehave = () => undefined;
  hubspot.calls.length = 0;
  await start();
  assert.equal(hubspot.calls.find(({ route }) => route.startsWith('GET')).query.get('after'), '1101');
  assert.equal((await health()).imported, 150);
});
