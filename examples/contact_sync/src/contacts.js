/** The mirror: contacts as far as we know them, tombstones of deleted ones, and welcome mails. */
import { MIRRORED_PROPERTIES } from './config.js';
import { welcomeKey } from './once.js';
import { blankContact, mergeChange, mergeRecord } from './ordering.js';

/** Deleted, and no later sign of life counts. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

export class Contacts {
  #db;

  constructor(db) {
    this.#db = db;
  }

  /** Answers as mergeChange does, or 'unknown' (never heard of), or 'deleted'. */
  applyChange(id, name, value, at) {
    const contact = this.#find(id);
    if (!contact) return 'unknown';
    if (contact.deletedAt !== null) return 'deleted';
    const outcome = mergeChange(contact, name, value, at);
    if (outcome === 'applied') this.#save(contact);
    return outcome;
  }

  /**
   * Takes over a record as HubSpot showed it. Who is first seen after the initial import is new
   * and welcomed, even when the creation event was dropped on its way.
   */
  applyRecord(record, { creations = 0 } = {}) {
    const id = Number(record.id);
    const at = record.updatedAt.getTime();
    const known = this.#find(id);
    const contact = known ?? blankContact(id);
    // A lagging search still shows the deleted; a restored contact was touched after its deletion.
    if (contact.deletedAt !== null && at <= contact.deletedAt) return;
    contact.deletedAt = null;
    mergeRecord(contact, record.properties, at);
    this.#save(contact);

    const isNew = !known && this.#db.fact('import_done') === true;
    const mails = Math.max(creations, isNew ? 1 : 0);
    for (let mail = 0; mail < mails; mail += 1) this.#welcome(contact);
  }

  applyDeletion(id, at) {
    const contact = this.#find(id) ?? blankContact(id);
    contact.deletedAt = Math.max(contact.deletedAt ?? 0, at);
    this.#save(contact);
  }

  applyRestore(id, at) {
    const contact = this.#find(id);
    if (contact?.deletedAt == null || contact.deletedAt > at) return;
    contact.deletedAt = null;
    this.#save(contact);
  }

  isDeleted(id) {
    return this.#find(id)?.deletedAt != null;
  }

  isLive(id) {
    return this.#find(id)?.deletedAt === null;
  }

  page(after, limit) {
    const rows = this.#db
      .sql('SELECT * FROM contacts WHERE deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?')
      .all(after, limit);
    return rows.map((row) => {
      const properties = JSON.parse(row.properties);
      const shown = MIRRORED_PROPERTIES.map((name) => [name, properties[name] ?? null]);
      return { id: String(row.id), ...Object.fromEntries(shown) };
    });
  }

  effectsPage(after, limit) {
    const rows = this.#db
      .sql('SELECT * FROM effects WHERE id > ? ORDER BY id LIMIT ?')
      .all(after, limit);
    return rows.map((row) => ({
      id: String(row.id),
      contact_id: String(row.contact_id),
      email: row.email,
      kind: row.kind,
      created_at: new Date(row.created_at).toISOString(),
    }));
  }

  counts() {
    return {
      people: this.#db.count('SELECT count(*) AS n FROM contacts WHERE deleted_at IS NULL'),
      effects: this.#db.count('SELECT count(*) AS n FROM effects'),
    };
  }

  #welcome(contact) {
    this.#db
      .sql(
        `INSERT OR IGNORE INTO effects (once_key, contact_id, email, kind, created_at)
         VALUES (?, ?, ?, 'welcome_mail', ?)`,
      )
      .run(welcomeKey(contact.id), contact.id, contact.properties.email ?? null, Date.now());
  }

  #find(id) {
    const row = this.#db.sql('SELECT * FROM contacts WHERE id = ?').get(id);
    return row && {
      id: row.id,
      properties: JSON.parse(row.properties),
      stamps: JSON.parse(row.stamps),
      deletedAt: row.deleted_at,
    };
  }

  #save({ id, properties, stamps, deletedAt }) {
    this.#db
      .sql(
        `INSERT OR REPLACE INTO contacts (id, properties, stamps, deleted_at) VALUES (?, ?, ?, ?)`,
      )
      .run(id, JSON.stringify(properties), JSON.stringify(stamps), deletedAt);
  }
}
