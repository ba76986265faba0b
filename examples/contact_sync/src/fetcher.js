/** Reads contacts that events spoke of, a hundred in a call. */
import { FOREVER } from './contacts.js';
import { defect } from './defects.js';
import { batchSize } from './hubspot.js';
import { brief, log } from './log.js';
import { Queue } from './queue.js';

const AFTER_FAILURE_MS = 8_000;
const AFTER_MISSING_MS = 1_000;

export class Fetcher {
  #db;
  #contacts;
  #hubspot;
  #queue;

  constructor({ db, contacts, hubspot }) {
    this.#db = db;
    this.#contacts = contacts;
    this.#hubspot = hubspot;
    this.#queue = new Queue(db, 'fetch');
  }

  /** `creations` counts the creation events that wait for this read. */
  request(id, { creations = 0 } = {}) {
    this.#queue.put(id, (waiting) => ({ creations: (waiting?.creations ?? 0) + creations }));
  }

  cancel(id) {
    this.#queue.cancel(id);
  }

  counts() {
    return this.#queue.counts();
  }

  async run() {
    for (let jobs; (jobs = this.#queue.due(batchSize())).length > 0; ) await this.#fetch(jobs);
  }

  async #fetch(jobs) {
    try {
      const answer = await this.#hubspot.read(jobs.map((job) => job.key));
      this.#db.transaction(() => this.#take(jobs, answer));
    } catch (error) {
      log('read failed', { contacts: jobs.length, error: brief(error) });
      if (defect('no_retry')) this.#bury(jobs);
      this.#queue.postpone(jobs, brief(error), AFTER_FAILURE_MS);
    }
  }

  #take(jobs, { records, missing }) {
    const jobOf = new Map(jobs.map((job) => [job.key, job]));
    for (const record of records) {
      this.#contacts.applyRecord(record, jobOf.get(record.id)?.payload);
    }
    const absent = missing.map((id) => jobOf.get(id));
    if (defect('drops_partial')) return this.#bury(absent), this.#queue.settle(jobs);

    this.#queue.settle(jobs.filter((job) => !absent.includes(job)));
    // Deleted meanwhile, or failed on its own: only time tells. What exists after all and was not
    // given in several tries is found by reconciliation.
    const spent = absent.filter((job) => this.#queue.isSpent(job));
    this.#queue.settle(spent);
    const again = absent.filter((job) => !spent.includes(job));
    this.#queue.postpone(again, 'missing from a partial answer', AFTER_MISSING_MS);
  }

  /** Only for defects: takes "could not read" for "does not exist". */
  #bury(jobs) {
    for (const job of jobs) this.#contacts.applyDeletion(Number(job.key), FOREVER);
  }
}
