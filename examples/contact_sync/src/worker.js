/**
 * Applies stored webhook events to the mirror. A change of a known contact needs no call; a contact
 * that has to be read goes to the fetcher, which reads many at a time.
 */
import { MIRRORED_PROPERTIES } from './config.js';
import { defect } from './defects.js';
import { brief, log } from './log.js';

const EVENTS_AT_ONCE = 200;
const CONTACT_TYPE_ID = '0-1';

export class Worker {
  #db;
  #contacts;
  #fetcher;

  constructor({ db, contacts, fetcher }) {
    this.#db = db;
    this.#contacts = contacts;
    this.#fetcher = fetcher;
  }

  /** Applies all that is stored, in steps small enough to keep answering webhooks meanwhile. */
  async run() {
    while (this.#applySome() === EVENTS_AT_ONCE) await new Promise(setImmediate);
  }

  pending() {
    return this.#db.count('SELECT count(*) AS n FROM inbox WHERE applied = 0');
  }

  /** Old events need no longer be recognised as duplicates: HubSpot retries for 24 hours. */
  forgetBefore(time) {
    this.#db.sql('DELETE FROM inbox WHERE applied = 1 AND received_at < ?').run(time);
  }

  #applySome() {
    return this.#db.transaction(() => {
      const rows = this.#db
        .sql('SELECT seq, event FROM inbox WHERE applied = 0 ORDER BY seq LIMIT ?')
        .all(EVENTS_AT_ONCE);
      const done = this.#db.sql('UPDATE inbox SET applied = 1 WHERE seq = ?');
      for (const { seq, event } of rows) {
        this.#apply(JSON.parse(event));
        done.run(seq);
      }
      return rows.length;
    });
  }

  #apply(event) {
    const kind = contactEventKind(event);
    try {
      if (kind === 'creation') this.#created(event);
      else if (kind === 'propertyChange') this.#changed(event);
      else if (kind === 'deletion' || kind === 'privacyDeletion') this.#deleted(event);
      else if (kind === 'restore') this.#restored(event);
      else if (kind === 'merge') this.#merged(event);
    } catch (error) {
      // One odd event must not hold up all others; reconciliation knows better anyway.
      log('event not understood', { event, error: brief(error) });
    }
  }

  #created({ objectId }) {
    if (!this.#contacts.isDeleted(objectId)) this.#fetcher.request(objectId, { creations: 1 });
  }

  #changed({ objectId, propertyName, propertyValue, occurredAt }) {
    if (!MIRRORED_PROPERTIES.includes(propertyName)) return;
    const at = defect('arrival_order') ? Date.now() : occurredAt;
    const outcome = this.#contacts.applyChange(objectId, propertyName, propertyValue, at);
    const mustRead = outcome === 'unknown' || outcome === 'unsure' || defect('one_by_one');
    if (mustRead) this.#fetcher.request(objectId);
  }

  #deleted({ objectId, occurredAt }) {
    this.#contacts.applyDeletion(objectId, occurredAt);
    this.#fetcher.cancel(objectId);
  }

  #restored({ objectId, occurredAt }) {
    this.#contacts.applyRestore(objectId, occurredAt);
    this.#fetcher.request(objectId);
  }

  #merged({ primaryObjectId, mergedObjectIds = [], newObjectId, objectId, occurredAt }) {
    const survivor = newObjectId ?? objectId;
    for (const id of [primaryObjectId, ...mergedObjectIds]) {
      if (id && id !== survivor) this.#deleted({ objectId: id, occurredAt });
    }
    this.#fetcher.request(survivor);
  }
}

/** "contact.creation" and "object.creation" of contacts both give "creation". */
function contactEventKind({ subscriptionType, objectTypeId }) {
  const [object, kind] = subscriptionType.split('.');
  return object === 'contact' || objectTypeId === CONTACT_TYPE_ID ? kind : undefined;
}
