import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal, jobDelayMs, retryDelayMs, withRetry } from '../src/retry.js';

const failure = (code, message, headers = {}) =>
  Object.assign(new Error('x'), { code, body: { message }, headers });

test('waits for the limit that the 429 names', () => {
  const wait = (message, attempt = 1) => retryDelayMs(failure(429, message), attempt, () => 0);
  assert.equal(wait('You have reached your secondly limit.'), 1_000);
  assert.equal(wait('You have reached your ten_secondly_rolling limit.'), 5_000);
  assert.equal(wait('You have reached your ten_secondly_rolling limit.', 2), 10_000);
  assert.equal(wait(undefined, 2), 10_000, 'an HTML 429 of the edge');
  assert.equal(wait('You have reached your daily limit.'), 60_000);
});

test('Retry-After decides when it is given', () => {
  assert.equal(retryDelayMs(failure(429, '', { 'retry-after': '3' }), 1, () => 0), 3_000);
});

test('waits grow, whatever the jitter', () => {
  for (let attempt = 1; attempt < 6; attempt += 1) {
    const longest = retryDelayMs(failure(502), attempt, () => 1);
    assert.ok(longest < retryDelayMs(failure(502), attempt + 1, () => 0));
    assert.ok(jobDelayMs(attempt - 1, 1_000, () => 1) < jobDelayMs(attempt, 1_000, () => 0));
  }
});

test('refusals are not repeated, resets and silence are', () => {
  for (const status of [400, 404, 409]) assert.ok(isRefusal(failure(status)));
  for (const status of [401, 429, 423, 500, 502]) assert.ok(!isRefusal(failure(status)));
  assert.equal(retryDelayMs(failure(401), 1), null);
  assert.ok(retryDelayMs(Object.assign(new Error('x'), { code: 'ECONNRESET' }), 1) > 0);
});

test('gives up after six tries and tells everyone about a 429', async () => {
  let tries = 0;
  const told = [];
  const options = { pause: async () => {}, onThrottle: (delayMs) => told.push(delayMs) };
  const attempt = async () => {
    tries += 1;
    throw failure(429, 'You have reached your secondly limit.');
  };
  await assert.rejects(withRetry(attempt, options));
  assert.equal(tries, 6);
  assert.equal(told.length, 6);
});
