import {ParleyError} from '@parley/protocol';
import type {Clock, Timer} from '@parley/signaling';

/** After how long without an answer a request is repeated; then after twice as long each time. */
const repeatMs = 500;
/** More requests than this are not waited for at a time. */
const maxPending = 10_000;

interface Pending {
  readonly node: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Requests to other nodes whose answers are waited for, each until its deadline. */
export class PendingRequests {
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `repeat` is called from time to time until the answer is there. */
  begin(node: string, deadlineMs: number, repeat: () => void): {id: number; answer: Promise<unknown>} {
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#pending.size >= maxPending)
      return {id, answer: Promise.reject(new ParleyError('unavailable', {retryAfterMs: 1_000}))};
    const answer = new Promise((resolve, reject) => {
      const waiting = this.#wait(id, deadlineMs, repeat);
      const done = (): void => {
        waiting.cancel();
        this.#pending.delete(id);
      };
      this.#pending.set(id, {
        node,
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
    });
    return {id, answer};
  }

  settle(id: number, result: unknown): void {
    this.#pending.get(id)?.resolve(result);
  }

  refuse(id: number, error: Error): void {
    this.#pending.get(id)?.reject(error);
  }

  /** The node is gone: nothing will be answered by it. */
  refuseOf(node: string): void {
    const error = new ParleyError('unavailable', {message: `The node ${node} is gone.`});
    for (const pending of [...this.#pending.values()]) if (pending.node === node) pending.reject(error);
  }

  close(): void {
    for (const pending of [...this.#pending.values()]) pending.reject(new ParleyError('unavailable'));
  }

  #wait(id: number, deadlineMs: number, repeat: () => void): Timer {
    const endsAt = this.#clock.now() + deadlineMs;
    let timer: Timer;
    const next = (waitMs: number): void => {
      const leftMs = endsAt - this.#clock.now();
      timer = this.#clock.after(Math.max(0, Math.min(waitMs, leftMs)), () => {
        if (waitMs >= leftMs) this.refuse(id, new ParleyError('timeout'));
        else {
          next(2 * waitMs);
          repeat();
        }
      });
    };
    next(repeatMs);
    return {
      cancel: () => {
        timer.cancel();
      },
    };
  }
}
