import {ParleyError} from '@parley/protocol';
import type {OwedDeeds} from '../nodes/owed-deeds.js';
import type {Clock, Receipts} from '../ports.js';
import {pause} from '../pause.js';

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

/** What became of a deed. */
export interface Done<T> {
  readonly answer: T;
  /** It was done before, and this is the first answer. */
  readonly repeated: boolean;
}

/** A deed; without a key it is done whenever it is asked for. */
export interface Keyed {
  readonly key: string | undefined;
  /** Tells one deed from another. */
  readonly what: string;
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
  async run<T>(key: string, what: string, deed: () => Promise<T>): Promise<Done<T>> {
    const receipt = await this.#claim(key, this.#options.clock.now() + patienceMs);
    if (receipt === undefined) return {answer: await this.#do(key, what, deed), repeated: false};
    const first = JSON.parse(receipt) as Receipt<T>;
    if (first.what !== what) throw new ParleyError('conflict', {field: 'key'});
    return {answer: first.answer, repeated: true};
  }

  /**
   * Like `run`, of several that are done together: `deed` is given the places of those whose keys were not used before, and
   * answers as many, in order. Keys differ from one another. Rejects with what `deed` rejects with; a key that was used for
   * something else is a `conflict` at its place, and nothing is done then: the other places have `undefined`.
   */
  async together<T>(
    asked: readonly Keyed[],
    deed: (places: readonly number[]) => Promise<readonly T[]>,
  ): Promise<readonly (Done<T> | ParleyError | undefined)[]> {
    const known = await this.#claimAll(asked.flatMap(({key}) => key ?? []));
    const outcomes = asked.map(({key, what}): Done<T> | ParleyError | undefined => {
      const receipt = key === undefined ? undefined : known.get(key);
      if (receipt === undefined) return undefined;
      const first = JSON.parse(receipt) as Receipt<T>;
      return first.what === what ? {answer: first.answer, repeated: true} : new ParleyError('conflict', {field: 'key'});
    });
    const mine = asked.flatMap(({key}) => (key !== undefined && !known.has(key) ? key : []));
    if (outcomes.some((outcome) => outcome instanceof ParleyError)) {
      await this.#release(mine);
      return outcomes.map((outcome) => (outcome instanceof ParleyError ? outcome : undefined));
    }
    const places = outcomes.flatMap((outcome, place) => (outcome === undefined ? [place] : []));
    let answers: readonly T[];
    try {
      answers = places.length === 0 ? [] : await deed(places);
    } catch (error) {
      await this.#release(mine);
      throw error;
    }
    await Promise.all(
      places.map(async (place, n) => {
        const {key, what} = asked[place] ?? {};
        const answer = answers[n];
        if (answer === undefined || what === undefined) return;
        outcomes[place] = {answer, repeated: false};
        if (key === undefined) return;
        await (answer instanceof ParleyError ? this.#release([key]) : this.#settle(key, {what, answer}));
      }),
    );
    return outcomes;
  }

  /**
   * Claims all of the keys, or rejects; answers the receipts of those that were used before.
   *
   * All at once if nobody else is at any of them. Otherwise one after the other, sorted: whoever waits while holding some
   * waits for a later key only, so that no two wait for one another.
   */
  async #claimAll(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const {clock, receipts} = this.#options;
    const giveUpAt = clock.now() + patienceMs;
    const claims = await Promise.allSettled(keys.map((key) => receipts.claim(key)));
    const ours: string[] = [];
    const known = new Map<string, string>();
    const failed = claims.find((claim) => claim.status === 'rejected');
    for (const [place, claim] of claims.entries()) {
      const key = keys[place];
      if (key === undefined || claim.status === 'rejected') continue;
      if (claim.value.state === 'claimed') ours.push(key);
      if (claim.value.state === 'settled') known.set(key, claim.value.receipt);
    }
    if (failed === undefined && ours.length + known.size === keys.length) return known;
    await this.#release(ours);
    if (failed !== undefined) throw failed.reason;
    ours.length = 0;
    try {
      for (const key of [...keys].sort()) {
        const receipt = await this.#claim(key, giveUpAt);
        if (receipt === undefined) ours.push(key);
        else known.set(key, receipt);
      }
    } catch (error) {
      await this.#release(ours);
      throw error;
    }
    return known;
  }

  /** The receipt if the key was used before; undefined if it is ours now. */
  async #claim(key: string, giveUpAt: number): Promise<string | undefined> {
    const {clock, receipts} = this.#options;
    for (;;) {
      const claim = await receipts.claim(key);
      if (claim.state === 'claimed') return undefined;
      if (claim.state === 'settled') return claim.receipt;
      if (clock.now() >= giveUpAt) throw new ParleyError('timeout');
      await pause(clock, lookMs);
    }
  }

  /** Without the store claims lapse by themselves. */
  async #release(keys: readonly string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.#options.receipts.release(key)));
  }

  /** It is done, and its caller is told so, whether or not that can be written down right now. */
  async #settle<T>(key: string, receipt: Receipt<T>): Promise<void> {
    const {receipts, owed} = this.#options;
    const settle = (): Promise<void> => receipts.settle(key, JSON.stringify(receipt));
    await settle().catch(() => {
      owed.do(`receipt ${key}`, settle);
    });
  }

  async #do<T>(key: string, what: string, deed: () => Promise<T>): Promise<T> {
    let answer: T;
    try {
      answer = await deed();
    } catch (error) {
      await this.#release([key]);
      throw error;
    }
    await this.#settle(key, {what, answer});
    return answer;
  }
}
