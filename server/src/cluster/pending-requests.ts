import {ParleyError} from '@parley/protocol';
import type {Clock} from '@parley/signaling';

const defaultDeadlineMs = 5_000;
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

  begin(node: string, deadlineMs = defaultDeadlineMs): {id: number; answer: Promise<unknown>} {
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#pending.size >= maxPending)
      return {id, answer: Promise.reject(new ParleyError('unavailable', {retryAfterMs: 1_000}))};
    const answer = new Promise((resolve, reject) => {
      const deadline = this.#clock.after(deadlineMs, () => {
        this.refuse(id, new ParleyError('timeout'));
      });
      const done = (): void => {
        deadline.cancel();
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
}
