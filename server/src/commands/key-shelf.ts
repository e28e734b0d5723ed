import type {StoredKey} from '../api/access/stored-key.js';

export interface KeyChange {
  readonly before: StoredKey;
  readonly after: StoredKey;
}

/** Where `parley keys` keeps keys. Everything rejects with a ConfigError whose sentence says what to do if it cannot be done. */
export interface KeyShelf {
  /** How long it takes at most until nodes heed a change, in words. */
  readonly heededWithin: string;
  all(): Promise<readonly StoredKey[]>;
  /** By the names of secrets, in milliseconds since the Unix epoch. */
  lastUses(): Promise<ReadonlyMap<string, number>>;
  forgetUses(names: readonly string[]): Promise<void>;
  add(key: StoredKey): Promise<void>;
  /** Changes what is there at that moment, whoever else changes keys; undefined if there is no such key. */
  change(id: string, how: (key: StoredKey) => StoredKey): Promise<KeyChange | undefined>;
  close(): void;
}
