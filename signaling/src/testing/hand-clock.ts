import type {Clock, Timer} from '../ports.js';

interface Alarm {
  dueAt: number;
  readonly intervalMs: number | undefined;
  readonly callback: () => void;
}

/** Lets everything go on that waits for nothing but promises and immediates. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A clock that stands still until a test turns it. */
export class HandClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #now: number;

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers are set: none should be left when everything is closed. */
  get timers(): number {
    return this.#alarms.size;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#set({dueAt: this.#now + Math.max(0, delayMs), intervalMs: undefined, callback});
  }

  every(intervalMs: number, callback: () => void): Timer {
    return this.#set({dueAt: this.#now + Math.max(1, intervalMs), intervalMs: Math.max(1, intervalMs), callback});
  }

  /** Turns the clock on and fires what becomes due, in order, within this call. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while (this.#fireNext(end));
    this.#now = end;
  }

  /** Like `advance`, but after each timer lets promises settle before the next is fired. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    while (this.#fireNext(end)) await settled();
    this.#now = end;
    await settled();
  }

  #set(alarm: Alarm): Timer {
    this.#alarms.add(alarm);
    return {cancel: () => void this.#alarms.delete(alarm)};
  }

  #fireNext(end: number): boolean {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) if (next === undefined || alarm.dueAt < next.dueAt) next = alarm;
    if (next === undefined || next.dueAt > end) return false;
    this.#now = Math.max(this.#now, next.dueAt);
    if (next.intervalMs === undefined) this.#alarms.delete(next);
    else next.dueAt += next.intervalMs;
    next.callback();
    return true;
  }
}
