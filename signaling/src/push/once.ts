import {ParleyError} from '@parley/protocol';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, Receipts} from '../ports.js';

/** How long a repeat waits for the first to be finished, and how often it looks. */
const patienceMs = 5_000;
const lookMs = 50;

export interface OnceOptions {
  readonly clock: Clock;
  readonly receipts: Receipts;
  readonly owed: OwedDeeds;
}

/** What is remembered under a key. */
interface Receipt<T> {
  readonly what: string;
  readonly answer: T;
}

/** Does a deed once per key in the whole cluster; whoever comes again gets the first answer. */
export class Once {
  readonly #options: OnceOptions;

  constructor(options: OnceOptions) {
    this.#options = options;
  }

  /**
   * `what` tells one deed from another, and the answer must be JSON. Rejects with `conflict` if the key was used for
   * something else; with `timeout` if another is at it for too long: then the outcome is unknown.
   */
  async run<T>(key: string, what: string, deed: () => Promise<T>): Promise<{answer: T; repeated: boolean}> {
    const {clock, receipts} = this.#options;
    const giveUpAt = clock.now() + patienceMs;
    for (;;) {
      const claim = await receipts.claim(key);
      switch (claim.state) {
        case 'claimed':
          return {answer: await this.#do(key, what, deed), repeated: false};
        case 'settled': {
          const first = JSON.parse(claim.receipt) as Receipt<T>;
          if (first.what !== what) throw new ParleyError('conflict', {field: 'key'});
          return {answer: first.answer, repeated: true};
        }
        case 'pending':
          if (clock.now() >= giveUpAt) throw new ParleyError('timeout');
          await new Promise<void>((resolve) => clock.after(lookMs, resolve));
      }
    }
  }

  async #do<T>(key: string, what: string, deed: () => Promise<T>): Promise<T> {
    const {receipts, owed} = this.#options;
    let answer: T;
    try {
      answer = await deed();
    } catch (error) {
      // Without the store the claim lapses by itself.
      await receipts.release(key).catch(() => undefined);
      throw error;
    }
    const receipt: Receipt<T> = {what, answer};
    const settle = (): Promise<void> => receipts.settle(key, JSON.stringify(receipt));
    // It is done, and its caller is told so, whether or not that can be written down right now.
    await settle().catch(() => {
      owed.do(`receipt ${key}`, settle);
    });
    return answer;
  }
}
