/**
 * A lasting queue with one job per key. Putting a key again merges into the waiting job, which is
 * what makes batches; its version rises, so that an answer to the older request does not settle it.
 * A failed job comes back later, each time after a longer wait; it is never lost.
 */
import { defect } from './defects.js';
import { jobDelayMs } from './retry.js';

const GIVE_UP_AFTER = 5;

export class Queue {
  #db;
  #name;

  constructor(db, name) {
    this.#db = db;
    this.#name = name;
  }

  /** `merge` gets the waiting payload (or undefined) and gives the new one. */
  put(key, merge) {
    const waiting = this.#db
      .sql('SELECT payload FROM jobs WHERE queue = ? AND key = ? AND parked = 0')
      .get(this.#name, String(key));
    const payload = merge(waiting && JSON.parse(waiting.payload));
    this.#db
      .sql(
        `INSERT INTO jobs (queue, key, payload) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET payload = excluded.payload, version = version + 1,
           attempts = attempts * (1 - parked), parked = 0`,
      )
      .run(this.#name, String(key), JSON.stringify(payload));
  }

  due(limit) {
    return this.#db
      .sql(
        `SELECT key, payload, version, attempts FROM jobs
         WHERE queue = ? AND parked = 0 AND due_at <= ? ORDER BY due_at, key LIMIT ?`,
      )
      .all(this.#name, Date.now(), limit)
      .map((row) => ({ ...row, payload: JSON.parse(row.payload) }));
  }

  settle(jobs) {
    const statement = this.#db.sql('DELETE FROM jobs WHERE queue = ? AND key = ? AND version = ?');
    for (const job of jobs) statement.run(this.#name, job.key, job.version);
  }

  cancel(key) {
    this.#db.sql('DELETE FROM jobs WHERE queue = ? AND key = ?').run(this.#name, String(key));
  }

  postpone(jobs, reason, baseMs) {
    if (defect('no_retry')) return this.settle(jobs);
    const statement = this.#db.sql(
      `UPDATE jobs SET attempts = attempts + 1, due_at = ?, error = ? WHERE queue = ? AND key = ?`,
    );
    for (const job of jobs) {
      const dueAt = Math.round(Date.now() + jobDelayMs(job.attempts, baseMs));
      statement.run(dueAt, reason, this.#name, job.key);
    }
  }

  /** For a job that HubSpot refuses: a few more tries, then it is kept aside with its error. */
  refuse(job, reason, baseMs) {
    this.postpone([job], reason, baseMs);
    if (job.attempts + 1 < GIVE_UP_AFTER) return;
    this.#db
      .sql('UPDATE jobs SET parked = 1 WHERE queue = ? AND key = ? AND version = ?')
      .run(this.#name, job.key, job.version);
  }

  isSpent(job) {
    return job.attempts + 1 >= GIVE_UP_AFTER;
  }

  counts() {
    return this.#db
      .sql(
        `SELECT coalesce(sum(parked = 0), 0) AS pending, coalesce(sum(parked = 1), 0) AS parked
         FROM jobs WHERE queue = ?`,
      )
      .get(this.#name);
  }
}
