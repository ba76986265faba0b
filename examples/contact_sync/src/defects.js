/**
 * Bugs that real integrations have, switched on one at a time by CONTACT_SYNC_DEFECT, so that a
 * test rig can prove it would notice them. The healthy program is what remains when every
 * `defect(...)` is read as false. Beside each: where it sits, what it does, who should name it.
 */
const DEFECTS = Object.freeze({
  // retry.js, queue.js, fetcher.js: one try; a failed job is dropped, an unread contact buried for
  // good, which reconciliation respects.                      -> lost, unhandled_5xx
  no_retry: 'a failed call is never tried again',
  // retry.js: every wait before a retry is zero.              -> early_retries, retry_growth
  no_backoff: 'retries come at once',
  // webhooks.js: whoever posts is believed.                   -> forged_accepted
  no_signature_check: 'webhook signatures are not looked at',
  // once.js: the keys that make a second application a no-op are random.
  //                                                           -> duplicate_effects
  no_dedupe: 'an event seen twice is done twice',
  // worker.js: changes are stamped with their arrival, not with HubSpot's time: the last to arrive
  // wins, and looks too new for reconciliation to correct.    -> stale
  arrival_order: 'the last event to arrive wins',
  // webhooks.js: the answer waits for the HubSpot calls it causes. -> webhook_ack
  ack_after_work: 'webhooks are answered after the work',
  // hubspot.js, worker.js: batches of one, a read for every event, all at once.
  //                                                           -> calls_per_change
  one_by_one: 'one call for each change',
  // hubspot.js, fetcher.js: 207 is taken for success; a contact missing from the answer is buried
  // for good, which reconciliation respects.                      -> lost, converged
  drops_partial: 'errors inside a 207 are ignored',
});

export function defect(name) {
  return process.env.CONTACT_SYNC_DEFECT === name;
}

export function assertKnownDefect(name) {
  if (name && !Object.hasOwn(DEFECTS, name)) {
    throw new Error(
      `CONTACT_SYNC_DEFECT="${name}" is unknown: use one of ${Object.keys(DEFECTS).join(', ')}`,
    );
  }
}
