import {endsAtOnce, type InboxCounts, type WaitingChange} from '../ports.js';

/** How many users wait for pushes, by when these are over. */
export class WaitingUsers {
  readonly #byEnd = new Map<number, number>();

  count(changes: readonly WaitingChange[], now: number): InboxCounts {
    for (const {until, users} of changes) this.#byEnd.set(until, (this.#byEnd.get(until) ?? 0) + users);
    const over = [...this.#byEnd.keys()].filter((until) => until <= now).sort((a, b) => a - b);
    let expired = 0;
    for (const until of over.slice(0, endsAtOnce)) {
      expired += Math.max(0, this.#byEnd.get(until) ?? 0);
      this.#byEnd.delete(until);
    }
    const waiting = [...this.#byEnd.values()].reduce((sum, users) => sum + users, 0);
    return {waiting: Math.max(0, waiting), expired};
  }
}
