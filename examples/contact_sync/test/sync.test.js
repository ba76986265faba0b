/** The whole program against a fake HubSpot that misbehaves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BATCH,
  deliver,
  effects,
  event,
  get,
  health,
  hubspot,
  moveTo,
  person,
  post,
  settled,
  start,
  startProcess,
  stop,
  until,
} from './harness.js';

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
  await deliver(events.map((e) => ({ ...e, eventId: e.eventId + 1000 })));
  await settled();
  assert.equal((await effects()).length, 60);
  assert.ok(await person('n59@example.org'));
  assert.ok(hubspot.calls.filter(({ route }) => route === `${BATCH}read`).length <= 3);
});

test('late events neither overwrite newer values nor raise the dead', async () => {
  const id = hubspot.create({ email: 'a@example.org', city: 'Old' });
  await start();
  const [older, newer] = [moveTo(id, 'Berlin'), moveTo(id, 'Paris')];
  await deliver([newer]);
  await deliver([older]);
  await settled();
  assert.equal((await person('a@example.org')).city, 'Paris');

  const occurredAt = hubspot.archive(id);
  await deliver([event('deletion', id, { occurredAt })]);
  await deliver([event('creation', id), { ...older, eventId: 999, propertyValue: 'X' }]);
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
  await stop();
  hubspot.misbehave = () => undefined;
  hubspot.calls.length = 0;
  await start();
  const [firstPage] = hubspot.calls.filter(({ route }) => route.startsWith('GET'));
  assert.equal(firstPage.query.get('after'), '1101');
  assert.equal((await health()).imported, 150);
});
