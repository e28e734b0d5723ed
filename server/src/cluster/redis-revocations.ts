import {ParleyError} from '@parley/protocol';
import type {Clock, Revocation, Revocations, TokenFacts} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {KnownRevocations, type Remembered} from './known-revocations.js';
import {integer, list, text, texts} from './replies.js';
import type {RunScript} from './server-line.js';
import type {StoreObserver} from './store-observer.js';

export interface RedisRevocationsOptions {
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly observer: Pick<StoreObserver, 'revocationsRestored' | 'revocationsGivenUp'>;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** As many as a node keeps besides Redis: about 10 MB. */
const mostKnown = 50_000;
/** Revocations that are read or written at a time. */
const batch = 500;
/** Names per token that is asked about. */
const perToken = 3;
/** No token has it: it stands for the id of one that has none. */
const nothing = '';

/**
 * Revocations in Redis, all in one slot, so that many tokens are asked about at once.
 *
 * What this node knows of is kept here as well, and given back to a Redis that has lost it before anything is asked of it.
 */
export class RedisRevocations implements Revocations {
  readonly #options: RedisRevocationsOptions;
  readonly #known = new KnownRevocations(mostKnown);
  readonly #listeners: (() => void)[] = [];
  #restored = false;

  constructor(options: RedisRevocationsOptions) {
    this.#options = options;
  }

  async revoke(revocation: Revocation): Promise<void> {
    const {line, keys, clock} = this.#options;
    const now = clock.now();
    if (revocation.until <= now) return;
    const {issuedBefore, until} = rememberedOf(revocation);
    await line.run('revoke', keys.revoked, [now, nameOf(revocation), issuedBefore, until]);
    this.note(revocation);
  }

  async areRevoked(tokens: readonly TokenFacts[]): Promise<readonly boolean[]> {
    if (tokens.length === 0) return [];
    const {clock} = this.#options;
    const found = await this.#read(
      tokens.flatMap(({tokenId, user}) => [
        tokenId === undefined ? nothing : tokenName(tokenId),
        userName(user),
        everybody,
      ]),
    );
    const now = clock.now();
    return tokens.map(({issuedAt = -Infinity}, index) => {
      const [byId, ...byMoment] = found
        .slice(perToken * index, perToken * (index + 1))
        .map((one) => (one !== undefined && one.until > now ? one : undefined));
      return byId !== undefined || byMoment.some((one) => one !== undefined && issuedAt < one.issuedBefore);
    });
  }

  note(revocation: Revocation): void {
    this.#keep(nameOf(revocation), rememberedOf(revocation));
  }

  onRestored(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Finds out what was revoked while this node was not there, the longest lasting first. */
  async load(): Promise<void> {
    const {line, keys, clock} = this.#options;
    const [, byEnd] = keys.revoked;
    const range = ['+inf', `(${clock.now()}`, 'LIMIT', 0, mostKnown];
    const names = texts(await line.call('ZREVRANGEBYSCORE', byEnd, ...range));
    for (let from = 0; from < names.length; from += batch) {
      const some = names.slice(from, from + batch);
      for (const [index, remembered] of (await this.#read(some)).entries()) {
        if (remembered !== undefined) this.#keep(some[index] ?? nothing, remembered);
      }
    }
  }

  /**
   * The same after an absence, in which nobody could tell this node; to be called once the other nodes are known again, who
   * are then told what was restored. Never rejects: what failed is done after the next absence.
   */
  async catchUp(): Promise<void> {
    if (this.#restored) for (const listener of this.#listeners) listener();
    this.#restored = false;
    try {
      await this.load();
    } catch (error) {
      if (!(error instanceof ParleyError)) this.#options.onDefect(error, {});
    }
  }

  /** A server is back, or has taken the place of another: gives it what it may have lost. */
  async restore(run: RunScript, has: (key: string) => boolean): Promise<void> {
    const {keys, clock, observer} = this.#options;
    if (!has(keys.revoked[0])) return;
    const now = clock.now();
    const known = this.#known.current(now);
    let restored = 0;
    for (let from = 0; from < known.length; from += batch) {
      const some = known
        .slice(from, from + batch)
        .flatMap(([name, {issuedBefore, until}]) => [name, issuedBefore, until]);
      restored += integer(await run('revoke', keys.revoked, [now, ...some]));
    }
    if (restored === 0) return;
    observer.revocationsRestored(restored);
    this.#restored = true;
  }

  #keep(name: string, remembered: Remembered): void {
    const {clock, observer} = this.#options;
    const givenUp = this.#known.add(name, remembered, clock.now());
    if (givenUp > 0) observer.revocationsGivenUp(givenUp);
  }

  async #read(names: readonly string[]): Promise<readonly (Remembered | undefined)[]> {
    const {line, keys} = this.#options;
    const [moments] = keys.revoked;
    return list(await line.call('HMGET', moments, ...names)).map((value) => {
      if (value === null) return undefined;
      const [issuedBefore, until] = text(value).split(' ');
      return {issuedBefore: integer(issuedBefore), until: integer(until)};
    });
  }
}

const tokenName = (tokenId: string): string => `token ${tokenId}`;
const userName = (user: string): string => `user ${user}`;
const everybody = 'all';

function nameOf(revocation: Revocation): string {
  switch (revocation.kind) {
    case 'token':
      return tokenName(revocation.tokenId);
    case 'user':
      return userName(revocation.user);
    case 'all':
      return everybody;
  }
}

const rememberedOf = (revocation: Revocation): Remembered => ({
  issuedBefore: revocation.kind === 'token' ? 0 : revocation.issuedBefore,
  until: revocation.until,
});
