import {setTimeout as delay} from 'node:timers/promises';
import type {Histogram} from 'hdr-histogram-js';
import {linkSocketIo, type Target} from '../generator/link.js';
import {latencyHistogram, nowMicros} from '../generator/tally.js';
import {untimed} from './push-door.js';

const patienceMs = 20_000;

/** Users with one connection each, and what comes to them. */
export class Listeners {
  arrived = 0;
  latency: Histogram = latencyHistogram();
  #firstAt = 0;
  #lastAt = 0;
  #lost = 0;

  static async connect(target: Target, users: number): Promise<Listeners> {
    const listeners = new Listeners();
    const onText = (frame: string): void => {
      const at = frame.indexOf('"data":');
      if (at < 0 || !frame.startsWith('42["push.event"')) return;
      listeners.#take(Number.parseInt(frame.slice(at + 7), 10));
    };
    const onLost = (): void => {
      listeners.#lost += 1;
    };
    for (let n = 0; n < users; n += 1) {
      await linkSocketIo(target, {user: `user-${String(n)}`, room: '', joinsLater: true}, {onText, onLost});
    }
    return listeners;
  }

  /** From the first arrival to the last. */
  get seconds(): number {
    return (this.#lastAt - this.#firstAt) / 1e6;
  }

  restart(): void {
    this.#firstAt = 0;
    this.#lastAt = 0;
    this.arrived = 0;
    this.latency = latencyHistogram();
  }

  /** Until as many have come, or none has for a while; throws if a connection was lost. */
  async until(count: number): Promise<void> {
    let seen = -1;
    let since = performance.now();
    while (this.arrived < count && performance.now() - since < patienceMs) {
      await delay(20);
      if (this.arrived !== seen) since = performance.now();
      seen = this.arrived;
    }
    if (this.#lost > 0) throw new Error(`${String(this.#lost)} users lost their connection.`);
  }

  #take(dueAt: number): void {
    this.#lastAt = nowMicros();
    if (this.arrived === 0) this.#firstAt = this.#lastAt;
    this.arrived += 1;
    if (dueAt !== untimed) this.latency.recordValue(Math.max(1, this.#lastAt - dueAt));
  }
}
