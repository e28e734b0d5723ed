import {ParleyError} from '@parley/protocol';

/** Requests that may wait in one call; a call that is that far behind is better left alone for a moment. */
const mostWaiting = 1_000;
const retryAfterMs = 500;

/**
 * One thing after another: a task begins when the one before it has ended, however long that one waited for media.
 *
 * So what a task reads stays true until its next await at least, and what other tasks could change stays true until it
 * ends. Only what happens outside of tasks (the end of the call) must be looked at again after each await.
 */
export class Mailbox {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** A peer's request. Rejects with `overloaded` if too many wait already. */
  ask<T>(task: () => T | Promise<T>): Promise<T> {
    if (this.#waiting >= mostWaiting) {
      return Promise.reject(
        new ParleyError('overloaded', {message: 'Too much goes on in this call at once.', retryAfterMs}),
      );
    }
    return this.post(task);
  }

  /** What follows from things that are bounded themselves: media events and timers. Never refused. */
  post<T>(task: () => T | Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#tail.then(task).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = done.catch(() => undefined);
    return done;
  }
}
