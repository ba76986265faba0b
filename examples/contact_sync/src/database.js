/**
 * The SQLite file: schema, transactions and a few lasting facts. Every promise made to the outside
 * (a webhook acknowledged, a person accepted) is a committed row here first, so a killed process
 * goes on where it stopped.
 */
import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
  -- After a kill the old process may hold the file a moment longer.
  PRAGMA busy_timeout = 5000;
  -- WAL with NORMAL survives the death of the process; only a power cut may cost the last commits,
  -- and reconciliation brings those back.
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;

  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- One row per contact ever heard of. A deleted one stays as a tombstone.
  CREATE TABLE IF NOT EXISTS contacts (
    id INTEGER PRIMARY KEY,
    properties TEXT NOT NULL,    -- {name: value}
    stamps TEXT NOT NULL,        -- {name: HubSpot's time as of which the value is known, ms}
    deleted_at INTEGER           -- HubSpot's time, ms; NULL while alive
  );
  CREATE INDEX IF NOT EXISTS live_contacts ON contacts (id) WHERE deleted_at IS NULL;

  -- Webhook events as they came. Applied rows stay a while, so that duplicates are recognised.
  CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY,
    once_key TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    applied INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS inbox_pending ON inbox (seq) WHERE applied = 0;

  -- Work that needs HubSpot: contacts to read, people to write. See queue.js.
  CREATE TABLE IF NOT EXISTS jobs (
    queue TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    parked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS jobs_due ON jobs (queue, due_at) WHERE parked = 0;

  -- What this program did to the world: one row for each mail it would send.
  CREATE TABLE IF NOT EXISTS effects (
    id INTEGER PRIMARY KEY,
    once_key TEXT NOT NULL UNIQUE,
    contact_id INTEGER NOT NULL,
    email TEXT,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
`;

export class Database {
  #db;
  #statements = new Map();

  constructor(path) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(SCHEMA);
  }

  /** A prepared statement, kept for the next caller. */
  sql(text) {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** All or nothing. `work` is synchronous, so transactions of different tasks never mix. */
  transaction(work) {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  fact(name) {
    const row = this.sql('SELECT value FROM facts WHERE name = ?').get(name);
    return row && JSON.parse(row.value);
  }

  setFact(name, value) {
    this.sql('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)').run(
      name,
      JSON.stringify(value),
    );
  }

  count(text, ...parameters) {
    return this.sql(text).get(...parameters).n;
  }

  close() {
    this.#db.close();
  }
}
