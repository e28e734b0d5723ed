import {timingSafeEqual} from 'node:crypto';
import {sha256} from './bearer.js';
import type {Caller} from './caller.js';

interface KnownKey {
  readonly hash: Buffer;
  readonly caller: Caller;
}

/**
 * The keys of the configuration, which may do everything. Only their hashes are kept.
 *
 * A presented key is hashed and compared with every known one, always all of them and in constant time: neither the
 * length, nor a common beginning, nor which key it was shows in how long it takes.
 */
export class ConfiguredKeys {
  readonly #known: readonly KnownKey[];

  constructor(keys: readonly string[], requestsPerSecond: number) {
    this.#known = keys.map((key) => {
      const hash = sha256(key);
      // A fingerprint: it names the key in the log without giving it away.
      const name = hash.toString('hex').slice(0, 8);
      return {hash, caller: {name, verbs: ['*'], rooms: ['*'], requestsPerSecond}};
    });
  }

  /** Whose key it is; undefined if there is no such key. */
  identify(presented: string): Caller | undefined {
    const hash = sha256(presented);
    let caller: Caller | undefined;
    for (const known of this.#known) {
      if (timingSafeEqual(hash, known.hash)) ({caller} = known);
    }
    return caller;
  }
}
