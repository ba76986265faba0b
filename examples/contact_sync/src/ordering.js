/**
 * Which of two values is newer. Events arrive late, twice and in any order, and reads race with
 * them, so every value carries a stamp: HubSpot's time as of which we know it. An event is as old
 * as its occurredAt; a record that was read is, in all its properties, as new as its updatedAt.
 * Applying the same facts in any order then ends in the same contact.
 */
import { MIRRORED_PROPERTIES } from './config.js';

/** HubSpot says "" in events and null in records for a property that is not set. */
function normal(value) {
  return value === undefined || value === '' ? null : value;
}

export function blankContact(id) {
  return { id, properties: {}, stamps: {}, deletedAt: null };
}

/** Answers 'applied', 'old', or 'unsure': two values of one millisecond, only HubSpot knows. */
export function mergeChange(contact, name, value, at) {
  const stamp = contact.stamps[name] ?? 0;
  if (at < stamp) return 'old';
  if (at === stamp) return contact.properties[name] === normal(value) ? 'old' : 'unsure';
  contact.properties[name] = normal(value);
  contact.stamps[name] = at;
  return 'applied';
}

export function mergeRecord(contact, properties, at) {
  for (const name of MIRRORED_PROPERTIES) {
    if (properties[name] === undefined || at < (contact.stamps[name] ?? 0)) continue;
    contact.properties[name] = normal(properties[name]);
    contact.stamps[name] = at;
  }
}
