import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKey, welcomeKey } from '../src/once.js';
import { distrust } from '../src/webhooks.js';

// The worked example of HubSpot's documentation on request validation.
const delivery = {
  headers: {
    'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    'x-hubspot-request-timestamp': '1693657560000',
  },
  body: "{'example_field':'example_value'}",
  url: 'https://www.example.com/webhook_uri',
  clientSecret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  now: 1693657560000 + 60_000,
};

test('believes a delivery that HubSpot signed', () => {
  assert.equal(distrust(delivery), undefined);
  const escaped = { ...delivery, url: 'https://www.example.com%2fwebhook_uri' };
  assert.equal(distrust(escaped), undefined);
});

test('refuses forged, stale and unsigned deliveries', () => {
  assert.equal(distrust({ ...delivery, body: '[]' }), 'forged');
  assert.equal(distrust({ ...delivery, clientSecret: 'other' }), 'forged');
  assert.equal(distrust({ ...delivery, now: delivery.now + 300_000 }), 'stale');
  assert.equal(distrust({ ...delivery, headers: {} }), 'unsigned');
});

test('an event is known again by all of its content but the attempt', () => {
  const event = { eventId: 1, objectId: 5, attemptNumber: 0, propertyValue: 'a' };
  assert.equal(eventKey(event), eventKey({ ...event, attemptNumber: 3 }));
  assert.notEqual(eventKey(event), eventKey({ ...event, propertyValue: 'b' }));
  assert.equal(welcomeKey(5), welcomeKey(5));
});
