/**
 * Brings back what webhooks lost. Changes and creations are found by searching from a watermark,
 * deletions by listing the archived contacts. Both only merge what HubSpot says, by its time, so
 * they never undo a newer event.
 */
import { SEARCH_PAGE } from './hubspot.js';

export class Reconciler {
  #db;
  #contacts;
  #hubspot;
  #overlapMs;

  constructor({ db, contacts, hubspot, config }) {
    this.#db = db;
    this.#contacts = contacts;
    this.#hubspot = hubspot;
    this.#overlapMs = config.reconcileOverlapMs;
  }

  async run() {
    await this.#sweepChanges();
    await this.#sweepArchived();
    this.#db.setFact('last_reconcile', Date.now());
  }

  /**
   * Each page starts at the last change of the page before instead of at an offset: records that
   * change meanwhile move behind us and cannot push others over a page boundary unseen, and the
   * 10,000 results that one search can reach are no wall.
   */
  async #sweepChanges() {
    let since = Math.max(0, this.#db.fact('watermark') - this.#overlapMs);
    for (;;) {
      const records = await this.#hubspot.modifiedSince(since);
      this.#take(records);
      if (records.length < SEARCH_PAGE) return;
      const newest = records.at(-1).updatedAt.getTime();
      if (newest === since) await this.#sweepMillisecond(since);
      since = newest === since ? since + 1 : newest;
    }
  }

  /** A bulk edit gives thousands of records the same time of change: page those by id. */
  async #sweepMillisecond(at) {
    let lastId = 0;
    for (;;) {
      const records = await this.#hubspot.modifiedAt(at, lastId);
      this.#take(records);
      if (records.length < SEARCH_PAGE) return;
      lastId = records.at(-1).id;
    }
  }

  #take(records) {
    this.#db.transaction(() => {
      let watermark = this.#db.fact('watermark');
      for (const record of records) {
        this.#contacts.applyRecord(record);
        watermark = Math.max(watermark, record.updatedAt.getTime());
      }
      this.#db.setFact('watermark', watermark);
    });
  }

  async #sweepArchived() {
    let after;
    do {
      const page = await this.#hubspot.list({ after, archived: true });
      this.#db.transaction(() => {
        for (const record of page.results) this.#takeArchived(record);
      });
      after = page.paging?.next?.after;
    } while (after);
  }

  #takeArchived(record) {
    const id = Number(record.id);
    const deletedAt = (record.archivedAt ?? record.updatedAt).getTime();
    if (this.#contacts.isLive(id)) this.#contacts.applyDeletion(id, deletedAt);
  }
}
