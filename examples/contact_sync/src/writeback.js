/**
 * Carries people entered here to HubSpot, a hundred in a call. The e-mail address is the key on
 * both sides, so repeating a write whose answer was lost does no harm. What HubSpot tells us is
 * never written back: only POST /people leads here, so our own writes cannot echo.
 */
import { randomUUID } from 'node:crypto';
import { MIRRORED_PROPERTIES } from './config.js';
import { batchSize } from './hubspot.js';
import { brief, log } from './log.js';
import { Queue } from './queue.js';
import { isRefusal } from './retry.js';

const AFTER_FAILURE_MS = 8_000;
const AFTER_PARTIAL_MS = 1_000;

export class Writeback {
  #db;
  #contacts;
  #hubspot;
  #queue;

  constructor({ db, contacts, hubspot }) {
    this.#db = db;
    this.#contacts = contacts;
    this.#hubspot = hubspot;
    this.#queue = new Queue(db, 'write');
  }

  /** Accepts people for good: once this returns, they will reach HubSpot. */
  accept(people) {
    this.#db.transaction(() => {
      for (const { email, ...properties } of people) {
        // Two entries for one address become one write, in which the later value wins.
        this.#queue.put(email, (waiting) => ({
          traceId: randomUUID(),
          properties: { ...waiting?.properties, ...properties },
        }));
      }
    });
  }

  counts() {
    return this.#queue.counts();
  }

  async run() {
    for (let jobs; (jobs = this.#queue.due(batchSize())).length > 0; ) await this.#write(jobs);
  }

  async #write(jobs) {
    try {
      const answer = await this.#hubspot.upsert(
        jobs.map(({ key, payload }) => ({ email: key, ...payload })),
      );
      this.#db.transaction(() => this.#take(jobs, answer));
    } catch (error) {
      if (isRefusal(error)) return this.#findRefused(jobs, error);
      log('write failed', { people: jobs.length, error: brief(error) });
      this.#queue.postpone(jobs, brief(error), AFTER_FAILURE_MS);
    }
  }

  #take(jobs, { records, failed }) {
    for (const record of records) this.#contacts.applyRecord(record);
    for (const job of jobs) {
      const error = failed.get(job.payload.traceId);
      if (!failed.has(job.payload.traceId)) this.#queue.settle([job]);
      else if (error?.category === 'VALIDATION_ERROR') this.#refuse(job, error.message);
      else this.#queue.postpone([job], error?.message ?? 'not in the answer', AFTER_PARTIAL_MS);
    }
  }

  /** One bad person makes HubSpot refuse a whole batch: halve it until the bad one stands alone. */
  async #findRefused(jobs, error) {
    if (jobs.length === 1) return this.#refuse(jobs[0], brief(error));
    const middle = Math.ceil(jobs.length / 2);
    await this.#write(jobs.slice(0, middle));
    await this.#write(jobs.slice(middle));
  }

  #refuse(job, message) {
    log('person refused by HubSpot', { email: job.key, message });
    this.#queue.refuse(job, message, AFTER_PARTIAL_MS);
  }
}

/** Answers {people} or {problem}: what was posted, checked and in normal form. */
export function parsePeople(body) {
  let posted;
  try {
    posted = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const list = Array.isArray(posted) ? posted : [posted];
  const problem = list.map(problemOf).find(Boolean);
  if (problem) return { problem };
  return {
    people: list.map((person) => ({ ...person, email: person.email.trim().toLowerCase() })),
  };
}

function problemOf(person) {
  if (typeof person !== 'object' || person === null) return 'a person must be an object';
  if (typeof person.email !== 'string' || !/^\s*[^\s@]+@[^\s@]+\s*$/.test(person.email)) {
    return `email ${JSON.stringify(person.email)} is not an e-mail address`;
  }
  for (const [name, value] of Object.entries(person)) {
    if (!MIRRORED_PROPERTIES.includes(name)) {
      return `property "${name}" is unknown: use ${MIRRORED_PROPERTIES.join(', ')}`;
    }
    if (typeof value !== 'string') return `${name} of ${person.email} must be a string`;
  }
  return undefined;
}
