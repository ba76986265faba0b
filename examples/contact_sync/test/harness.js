/** The program running against the fake HubSpot, and what tests do to both. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../src/app.js';
import { startFakeHubSpot } from './fake_hubspot.js';

const SECRET = 'test-secret';
export const BATCH = 'POST /crm/v3/objects/contacts/batch/';

let directory;
let app;
/** The fake of the running test. */
export let hubspot;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'contact_sync-'));
  hubspot = await startFakeHubSpot();
});

afterEach(async () => {
  delete process.env.CONTACT_SYNC_DEFECT;
  await stop();
  hubspot.stop();
  rmSync(directory, { recursive: true });
});

/** Ready after the first import and reconciliation. */
export async function start(overrides = {}) {
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

/** The program as its users start it. */
export async function startProcess() {
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

export async function stop() {
  await app?.stop();
  app = undefined;
}

export async function until(what, condition) {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(10)) {
    if (await condition()) return;
  }
  assert.fail(`waited in vain for ${what}`);
}

export async function settled() {
  await until('empty queues', async () => {
    const { inbox_pending, fetch_pending, write_pending } = await health();
    return inbox_pending + fetch_pending + write_pending === 0;
  });
}

/** A reconciliation that began after now has ended. */
export async function reconciled() {
  for (const pass of ['under way', 'next']) {
    const { last_reconcile: last } = await health();
    const later = async () => (await health()).last_reconcile > last;
    await until(`the reconciliation ${pass}`, later);
  }
}

export async function get(path) {
  return (await fetch(app.url + path)).json();
}

export function health() {
  return get('/health');
}

export async function effects() {
  return (await get('/effects')).results;
}

export async function person(email) {
  return (await get('/people?limit=500')).results.find((candidate) => candidate.email === email);
}

export async function post(people) {
  const body = JSON.stringify(people);
  return (await fetch(`${app.url}/people`, { method: 'POST', body })).status;
}

let eventId = 1;
export function event(kind, objectId, fields = {}) {
  return {
    eventId: eventId++,
    occurredAt: hubspot.timeOf(objectId),
    subscriptionType: `contact.${kind}`,
    attemptNumber: 0,
    objectId: Number(objectId),
    ...fields,
  };
}

/** Changes a contact's city in HubSpot; gives the event that tells of it. */
export function moveTo(id, city) {
  const occurredAt = hubspot.update(id, { city });
  return event('propertyChange', id, { occurredAt, propertyName: 'city', propertyValue: city });
}

/** Posts events as HubSpot does; gives the status of the answer. */
export async function deliver(events, secret = SECRET) {
  const body = JSON.stringify(events);
  const timestamp = String(Date.now());
  const signed = `POST${app.url}/webhooks${body}${timestamp}`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64');
  const headers = {
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': timestamp,
  };
  return (await fetch(`${app.url}/webhooks`, { method: 'POST', headers, body })).status;
}
