/** Puts the parts together: the server, and the background loops that do the work. */
import { Contacts } from './contacts.js';
import { Database } from './database.js';
import { Fetcher } from './fetcher.js';
import { createHubSpot } from './hubspot.js';
import { Importer } from './importer.js';
import { startLoop } from './loop.js';
import { Reconciler } from './reconcile.js';
import { createServer } from './server.js';
import { createWebhookReceiver } from './webhooks.js';
import { Worker } from './worker.js';
import { Writeback } from './writeback.js';

// Jobs that were postponed become due without anybody waking their loop.
const LOOK_AGAIN_MS = 500;
const IMPORT_AGAIN_MS = 2_000;
const KEEP_APPLIED_EVENTS_MS = 3 * 24 * 3_600_000;

export async function startApp(config) {
  const db = new Database(config.dbPath);
  const contacts = new Contacts(db);
  const hubspot = createHubSpot(config);
  const parts = { db, contacts, hubspot, config };
  const fetcher = new Fetcher(parts);
  const worker = new Worker({ ...parts, fetcher });
  const writeback = new Writeback(parts);
  const importer = new Importer(parts);
  const reconciler = new Reconciler(parts);
  const loops = {};
  let publicUrl = config.publicUrl;

  async function applyAndFetch() {
    await worker.run();
    if (fetcher.counts().pending > 0) loops.fetch.wake();
  }

  async function importThenReconcile() {
    await importer.run();
    await reconciler.run();
    worker.forgetBefore(Date.now() - KEEP_APPLIED_EVENTS_MS);
  }

  function health() {
    return {
      import_done: importer.isDone(),
      imported: db.fact('imported') ?? 0,
      inbox_pending: worker.pending(),
      fetch_pending: fetcher.counts().pending,
      write_pending: writeback.counts().pending,
      write_refused: writeback.counts().parked,
      last_reconcile: db.fact('last_reconcile') ?? null,
      ...contacts.counts(),
    };
  }

  const receive = createWebhookReceiver({
    db,
    config,
    onStored: () => loops.apply.wake(),
    workAtOnce: async () => {
      await worker.run();
      await fetcher.run();
    },
  });
  const server = createServer({
    receive,
    contacts,
    health,
    publicUrl: () => publicUrl,
    acceptPeople(people) {
      writeback.accept(people);
      loops.write.wake();
    },
  });
  await listen(server, config);
  const url = `http://${config.host}:${server.address().port}`;
  publicUrl ||= `${url}/webhooks`;

  const batching = { everyMs: () => LOOK_AGAIN_MS, lingerMs: config.batchLingerMs };
  loops.apply = startLoop('apply', applyAndFetch, { everyMs: () => LOOK_AGAIN_MS });
  loops.fetch = startLoop('fetch', () => fetcher.run(), batching);
  loops.write = startLoop('write', () => writeback.run(), batching);
  loops.reconcile = startLoop('reconcile', importThenReconcile, {
    everyMs: () => (importer.isDone() ? config.reconcileIntervalMs : IMPORT_AGAIN_MS),
  });

  return {
    url,
    async stop() {
      server.close();
      server.closeAllConnections();
      hubspot.close();
      await Promise.all(Object.values(loops).map((loop) => loop.stop()));
      db.close();
    },
  };
}

function listen(server, { port, host }) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
