/** Settings from the environment. Everything has a safe default except the two secrets. */
import { assertKnownDefect } from './defects.js';

/** The contact properties this integration mirrors and is allowed to write. */
export const MIRRORED_PROPERTIES = Object.freeze([
  'email',
  'firstname',
  'lastname',
  'phone',
  'company',
  'lifecyclestage',
  'jobtitle',
  'city',
]);

export function readConfig(env = process.env) {
  assertKnownDefect(env.CONTACT_SYNC_DEFECT);
  return {
    baseUrl: env.HUBSPOT_BASE_URL || 'https://api.hubapi.com',
    accessToken: required(env, 'HUBSPOT_ACCESS_TOKEN'),
    clientSecret: required(env, 'HUBSPOT_CLIENT_SECRET'),
    host: env.HOST || '127.0.0.1',
    port: number(env, 'PORT', 3000),
    // Empty means "http://HOST:PORT/webhooks", known only once the server listens.
    publicUrl: env.PUBLIC_URL || '',
    dbPath: env.DB_PATH || 'contact_sync.db',
    reconcileIntervalMs: number(env, 'RECONCILE_INTERVAL_MS', 30_000),
    // Search lags behind writes by seconds, sometimes by a minute: look back that far every time.
    reconcileOverlapMs: number(env, 'RECONCILE_OVERLAP_MS', 60_000),
    // Reads and writes wait this long for company, so that they travel in batches.
    batchLingerMs: number(env, 'BATCH_LINGER_MS', 500),
    requestTimeoutMs: number(env, 'HUBSPOT_REQUEST_TIMEOUT_MS', 5_000),
    // The smallest portals allow 100 calls per 10 s, and every portal 5 searches per second.
    requestsPerSecond: number(env, 'HUBSPOT_REQUESTS_PER_SECOND', 9),
    searchesPerSecond: number(env, 'HUBSPOT_SEARCHES_PER_SECOND', 4),
  };
}

function required(env, name) {
  if (!env[name]) throw new Error(`${name} is not set: give it in the environment`);
  return env[name];
}

function number(env, name, fallback) {
  const value = env[name] ? Number(env[name]) : fallback;
  if (!Number.isFinite(value) || value < 0) {
    throw new Error(`${name}="${env[name]}" is not a number of 0 or more`);
  }
  return value;
}
