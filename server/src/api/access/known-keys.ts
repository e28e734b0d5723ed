import type {Caller} from './caller.js';
import type {KeyUses} from './key-uses.js';
import {goodSecret, idOf, useName, type StoredKey} from './stored-key.js';

export interface KnownKeysOptions {
  /** Of keys without a rate of their own. */
  readonly requestsPerSecond: number;
  readonly uses: Pick<KeyUses, 'note'>;
}

/** The keys that a node knows of at the moment, wherever they are kept. */
export class KnownKeys {
  readonly #options: KnownKeysOptions;
  #keys: ReadonlyMap<string, StoredKey> = new Map();

  constructor(options: KnownKeysOptions) {
    this.#options = options;
  }

  /** By their ids. */
  get keys(): ReadonlyMap<string, StoredKey> {
    return this.#keys;
  }

  replace(keys: readonly StoredKey[]): void {
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Whose key it is; undefined if there is no such key, or it is good no more. */
  identify(presented: string, now: number): Caller | undefined {
    const id = idOf(presented);
    if (id === undefined) return undefined;
    const key = this.#keys.get(id);
    const secret = goodSecret(key, presented, now);
    if (key === undefined || secret === undefined) return undefined;
    this.#options.uses.note(useName(id, secret));
    const {verbs, rooms, requestsPerSecond = this.#options.requestsPerSecond} = key;
    return {name: id, verbs, rooms, requestsPerSecond};
  }
}
