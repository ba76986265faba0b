/** Keys under which something may happen only once, however often it is asked for. */
import { createHash, randomUUID } from 'node:crypto';
import { defect } from './defects.js';

function onceKey(...parts) {
  if (defect('no_dedupe')) return randomUUID();
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * HubSpot does not promise that eventId is unique, so the content counts too; what changes from one
 * delivery attempt to the next (attemptNumber) does not.
 */
export function eventKey(event) {
  const { attemptNumber, ...content } = event;
  return onceKey('event', Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function welcomeKey(contactId) {
  return onceKey('welcome_mail', contactId);
}
