/** The initial import: every contact, page by page; a restart goes on where it stopped. */
import { log } from './log.js';

export class Importer {
  #db;
  #contacts;
  #hubspot;

  constructor({ db, contacts, hubspot }) {
    this.#db = db;
    this.#contacts = contacts;
    this.#hubspot = hubspot;
  }

  isDone() {
    return this.#db.fact('import_done') === true;
  }

  async run() {
    if (this.isDone()) return;
    // Reconciliation starts from before the first page, by HubSpot's clock, not by ours.
    if (this.#db.fact('watermark') === undefined) {
      this.#db.setFact('watermark', await this.#hubspot.newestChangeMs());
    }
    while (!this.isDone()) await this.#importPage();
    log('import finished', { imported: this.#db.fact('imported') });
  }

  async #importPage() {
    const page = await this.#hubspot.list({ after: this.#db.fact('import_after') });
    const after = page.paging?.next?.after;
    this.#db.transaction(() => {
      for (const record of page.results) this.#contacts.applyRecord(record);
      this.#db.setFact('imported', (this.#db.fact('imported') ?? 0) + page.results.length);
      if (after) this.#db.setFact('import_after', after);
      else this.#db.setFact('import_done', true);
    });
  }
}
