/**
 * Receives webhooks: checks that HubSpot sent them, stores them, answers. HubSpot gives us five
 * seconds, so nothing here waits for HubSpot; the worker applies what was stored.
 */
import { timingSafeEqual } from 'node:crypto';
import { Signature } from '@hubspot/api-client';
import { defect } from './defects.js';
import { eventKey } from './once.js';

const OLDEST_SIGNATURE_MS = 5 * 60_000;

/** HubSpot decodes exactly these escapes in the URI before it signs. */
const DECODED_ESCAPES = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** Says why a delivery is not to be trusted, or undefined when it is HubSpot's. */
export function distrust({ headers, body, url, clientSecret, now = Date.now() }) {
  const signature = headers['x-hubspot-signature-v3'];
  const timestamp = Number(headers['x-hubspot-request-timestamp']);
  if (!signature || !timestamp) return 'unsigned';
  if (Math.abs(now - timestamp) > OLDEST_SIGNATURE_MS) return 'stale';
  const expected = Signature.getSignature('POST', 'v3', {
    clientSecret,
    url: url.replace(DECODED_ESCAPES, decodeURIComponent),
    requestBody: body,
    timestamp: headers['x-hubspot-request-timestamp'],
  });
  const [a, b] = [Buffer.from(signature), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b) ? undefined : 'forged';
}

export function createWebhookReceiver({ db, config, onStored, workAtOnce }) {
  function store(events) {
    const insert = db.sql(
      'INSERT OR IGNORE INTO inbox (once_key, event, received_at) VALUES (?, ?, ?)',
    );
    const now = Date.now();
    db.transaction(() => {
      for (const event of events) insert.run(eventKey(event), JSON.stringify(event), now);
    });
  }

  /** Answers {status, body?} for one delivery. */
  return async function receive({ headers, body, url }) {
    const reason = distrust({ headers, body, url, clientSecret: config.clientSecret });
    if (reason && !defect('no_signature_check')) {
      return { status: 401, body: { error: `${reason} webhook refused` } };
    }
    const events = parseEvents(body);
    if (!events) return { status: 400, body: { error: 'expected a JSON array of events' } };
    store(events);
    if (defect('ack_after_work')) await workAtOnce();
    else onStored();
    return { status: 204 };
  };
}

function parseEvents(body) {
  try {
    const events = JSON.parse(body);
    return Array.isArray(events) && events.every((event) => event?.subscriptionType)
      ? events
      : undefined;
  } catch {
    return undefined;
  }
}
