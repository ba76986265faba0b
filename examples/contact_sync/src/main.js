import { startApp } from './app.js';
import { readConfig } from './config.js';
import { log } from './log.js';

// Everything accepted is on disk, so a call still under way at the end of this time may be cut.
const GRACE_MS = 3_000;

try {
  const app = await startApp(readConfig());
  log(`contact_sync listening on ${app.url}`);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
      setTimeout(() => process.exit(0), GRACE_MS).unref();
      await app.stop();
      log('contact_sync stopped');
      process.exit(0);
    });
  }
} catch (error) {
  console.error(`contact_sync cannot start: ${error.message}`);
  process.exit(1);
}
