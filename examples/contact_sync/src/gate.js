/** Spaces calls evenly below a rate, and holds all of them while HubSpot has told us to wait. */
import { setTimeout as sleep } from 'node:timers/promises';

export class Gate {
  #spacingMs;
  #nextAt = 0;
  #heldUntil = 0;

  constructor(perSecond) {
    this.#spacingMs = 1000 / perSecond;
  }

  async enter() {
    const slot = Math.max(Date.now(), this.#nextAt, this.#heldUntil);
    this.#nextAt = slot + this.#spacingMs;
    await sleep(slot - Date.now());
    while (Date.now() < this.#heldUntil) await sleep(this.#heldUntil - Date.now());
  }

  hold(delayMs) {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + delayMs);
  }
}
