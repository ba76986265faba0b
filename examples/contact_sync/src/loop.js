/**
 * A task that runs in the background: at once, then whenever it is woken and at the latest after
 * `everyMs()`; never twice at a time. Its failures are logged and never end it.
 */
import { brief, log } from './log.js';

export function startLoop(name, task, { everyMs, lingerMs = 0 }) {
  let running = true;
  let woken = false;
  let interrupt = () => {};

  function rest(restMs) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, restMs);
      interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop() {
    while (running) {
      woken = false;
      try {
        await task();
      } catch (error) {
        log(`${name} failed, trying again later`, { error: brief(error) });
      }
      if (running && !woken) await rest(everyMs());
      // Whoever follows shortly can share the same call to HubSpot.
      if (running && woken && lingerMs > 0) await rest(lingerMs);
    }
  }

  const ended = loop();
  return {
    wake() {
      if (woken) return;
      woken = true;
      interrupt();
    },
    stop() {
      running = false;
      interrupt();
      return ended;
    },
  };
}
