/**
 * When to try again. HubSpot's 429 rarely says how long to wait, so its text decides; a gateway
 * failure (HTML body, reset, silence) is tried again with growing waits. Jitter keeps several
 * processes from coming back in step, and is small enough that each wait is longer than the last.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defect } from './defects.js';

const ATTEMPTS = 6;
const BURST_WINDOW_MS = 10_000;
const TRANSIENT_BASE_MS = 250;
const LONGEST_WAIT_MS = 60_000;

/** The HTTP status of an SDK error; undefined when no answer came or it could not be read. */
export function statusOf(error) {
  return typeof error?.code === 'number' ? error.code : undefined;
}

/** Such an answer is meant for all our calls, not only for the one that got it. */
function asksEveryoneToWait(error) {
  return statusOf(error) === 429 || error?.headers?.['retry-after'] !== undefined;
}

/** HubSpot has understood and refused: the same call will be refused again. */
export function isRefusal(error) {
  const status = statusOf(error);
  const temporary = [401, 403, 408, 423, 429, 477];
  return status >= 400 && status < 500 && !temporary.includes(status);
}

/** Milliseconds before attempt `attempt + 1`, or null when trying again now is pointless. */
export function retryDelayMs(error, attempt, random = Math.random) {
  const status = statusOf(error);
  if (isRefusal(error) || status === 401 || status === 403) return null;
  if (defect('no_backoff')) return 0;
  const retryAfterMs = Number(error?.headers?.['retry-after']) * 1000;
  if (retryAfterMs > 0) return retryAfterMs * (1 + 0.1 * random());
  if (status === 429) return throttleDelayMs(error, attempt, random);
  const base = status === 423 ? 2_000 : TRANSIENT_BASE_MS;
  return grow(base, attempt - 1, random);
}

/** The wait of a job that goes back to its queue for the `attempts + 1`-th time. */
export function jobDelayMs(attempts, baseMs, random = Math.random) {
  return defect('no_backoff') ? 0 : grow(baseMs, attempts, random);
}

/** Calls `attempt` until it succeeds, is refused, or has failed ATTEMPTS times. */
export async function withRetry(attempt, { onThrottle = () => {}, pause = sleep } = {}) {
  const attempts = defect('no_retry') ? 1 : ATTEMPTS;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      const delayMs = retryDelayMs(error, tried);
      if (delayMs !== null && asksEveryoneToWait(error)) onThrottle(delayMs);
      if (delayMs === null || tried >= attempts) throw error;
      await pause(delayMs);
    }
  }
}

// The SDK keeps only the documented fields of an error body: `policyName` is lost, but the message
// names the limit. The window may have room before it has passed entirely, hence half of it first.
function throttleDelayMs(error, attempt, random) {
  const message = String(error.body?.message ?? '');
  if (/daily/i.test(message)) return LONGEST_WAIT_MS;
  if (/your secondly/i.test(message)) return 1_000 * attempt * (1 + 0.25 * random());
  const windows = attempt === 1 ? 0.5 + 0.5 * random() : 1 + 0.5 * random();
  return BURST_WINDOW_MS * windows;
}

function grow(baseMs, doublings, random) {
  return Math.min(LONGEST_WAIT_MS, baseMs * 2 ** doublings) * (0.75 + 0.5 * random());
}
