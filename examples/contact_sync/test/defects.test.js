/** Each deliberate defect does the harm it is meant to do, and reconciliation does not undo it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BATCH,
  deliver,
  effects,
  event,
  hubspot,
  moveTo,
  person,
  post,
  reconciled,
  settled,
  start,
} from './harness.js';

const HTML_502 = { status: 502, html: '<html>502 Bad Gateway</html>' };
const THROTTLED = { status: 429, body: { message: 'You have reached your secondly limit.' } };

function startWith(defect) {
  process.env.CONTACT_SYNC_DEFECT = defect;
  return start({ reconcileIntervalMs: 100 });
}

function calls(route) {
  return hubspot.calls.filter((call) => call.route === BATCH + route);
}

/** Answers the first `count` calls of a batch route with `answer`. */
function spoil(route, count, answer) {
  let left = count;
  hubspot.misbehave = (call, honest) =>
    call.route === BATCH + route && left-- > 0 ? answer(call, honest) : undefined;
}

test('no_retry loses a created contact and a written person to one bad gateway each', async () => {
  await startWith('no_retry');
  spoil('read', 1, () => HTML_502);
  await deliver([event('creation', hubspot.create({ email: 'a@example.org' }))]);
  await settled();
  await reconciled();
  assert.equal(await person('a@example.org'), undefined);
  assert.equal(calls('read').length, 1);

  spoil('upsert', 1, () => HTML_502);
  await post({ email: 'b@example.org' });
  await settled();
  assert.equal(hubspot.contacts.size, 1);
});

test('no_backoff hammers', async () => {
  await startWith('no_backoff');
  spoil('read', 5, () => THROTTLED);
  await deliver([event('creation', hubspot.create({ email: 'a@example.org' }))]);
  await settled();
  const times = calls('read').map(({ at }) => at);
  assert.equal(times.length, 6);
  assert.ok(times.at(-1) - times[0] < 900);
});

test('no_signature_check believes a forger', async () => {
  await startWith('no_signature_check');
  const id = hubspot.create({ email: 'a@example.org' });
  assert.equal(await deliver([event('creation', id)], 'wrong'), 204);
  await settled();
  assert.ok(await person('a@example.org'));
});

test('no_dedupe sends the welcome mail for each copy of an event', async () => {
  await startWith('no_dedupe');
  const creation = event('creation', hubspot.create({ email: 'a@example.org' }));
  await deliver([creation]);
  await settled();
  await deliver([creation]);
  await settled();
  assert.ok((await effects()).length >= 2);
});

test('arrival_order ends with the older value, for good', async () => {
  const id = hubspot.create({ email: 'a@example.org' });
  await startWith('arrival_order');
  const [older, newer] = [moveTo(id, 'Berlin'), moveTo(id, 'Paris')];
  await deliver([newer]);
  await settled();
  await deliver([older]);
  await settled();
  await reconciled();
  assert.equal((await person('a@example.org')).city, 'Berlin');
});

test('ack_after_work answers only after a slow HubSpot', async () => {
  await startWith('ack_after_work');
  spoil('read', 1, () => HTML_502);
  const begun = Date.now();
  await deliver([event('creation', hubspot.create({ email: 'a@example.org' }))]);
  assert.ok(Date.now() - begun > 150);
  assert.ok(await person('a@example.org'));
});

test('one_by_one makes a call for each change', async () => {
  const ids = [1, 2, 3].map((n) => hubspot.create({ email: `a${n}@example.org` }));
  await startWith('one_by_one');
  await deliver(ids.map((id) => moveTo(id, 'Rome')));
  await settled();
  await post([{ email: 'b@example.org' }, { email: 'c@example.org' }]);
  await settled();
  assert.equal(calls('read').length, 3);
  assert.equal(calls('upsert').length, 2);
});

test('drops_partial loses whoever failed inside a 207', async () => {
  await startWith('drops_partial');
  const errors = [{ status: 'error', category: 'INTERNAL', message: 'x', context: {} }];
  const partial = (call, honest) => {
    call.body.inputs.pop();
    const { body } = honest();
    return { status: 207, body: { ...body, numErrors: 1, errors } };
  };
  spoil('read', 1, partial);
  const ids = ['a', 'b'].map((name) => hubspot.create({ email: `${name}@example.org` }));
  await deliver(ids.map((id) => event('creation', id)));
  await settled();
  await reconciled();
  assert.ok(await person('a@example.org'));
  assert.equal(await person('b@example.org'), undefined);

  spoil('upsert', 1, partial);
  await post([{ email: 'c@example.org' }, { email: 'd@example.org' }]);
  await settled();
  assert.equal(hubspot.contacts.size, 3);
});
