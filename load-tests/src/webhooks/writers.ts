import {setTimeout as delay} from 'node:timers/promises';
import type {RunningNode} from '../subjects/parley.js';
import {ask} from './api.js';
import type {Numbered} from './ledger.js';

export interface Pushed<Phase extends string> extends Numbered {
  readonly phase: Phase;
}

/** Stores pushes in rooms at a rate, each room's one after the other, until it is stopped. */
export class Writers<Phase extends string> {
  /** What was answered. */
  readonly pushed: Pushed<Phase>[] = [];
  /** Which the pushes from now on belong to. */
  phase: Phase;
  readonly #nodes: readonly RunningNode[];
  #stopped = false;
  #done: Promise<unknown> = Promise.resolve();

  private constructor(nodes: readonly RunningNode[], phase: Phase) {
    this.#nodes = nodes;
    this.phase = phase;
  }

  /** @param rate pushes per second, over all rooms */
  static async start<Phase extends string>(
    nodes: readonly RunningNode[],
    {rooms, rate, phase}: {readonly rooms: number; readonly rate: number; readonly phase: Phase},
  ): Promise<Writers<Phase>> {
    const writers = new Writers(nodes, phase);
    const names = Array.from({length: rooms}, (_, n) => `room-${String(n)}`);
    for (const room of names) await ask(nodes, 0, 'POST', '/v1/rooms', {room});
    const everyMs = (1_000 * rooms) / rate;
    writers.#done = Promise.all(names.map((room, n) => writers.#write(room, n, everyMs)));
    // Who stops them is told.
    writers.#done.catch(() => undefined);
    return writers;
  }

  /** Resolves when the last push was answered; rejects if one was refused. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** Every other room by the other node; by one that answers, if that does not. */
  async #write(room: string, index: number, everyMs: number): Promise<void> {
    const begun = performance.now() + Math.random() * everyMs;
    for (let number = 0; ; number += 1) {
      await delay(Math.max(0, begun + number * everyMs - performance.now()));
      if (this.#stopped) return;
      const {phase} = this;
      const push = {target: {room}, topic: 'load', data: number, store: true, key: `${room}.${String(number)}`};
      await ask(this.#nodes, index, 'POST', '/v1/push', push);
      this.pushed.push({room, number, phase});
    }
  }
}
