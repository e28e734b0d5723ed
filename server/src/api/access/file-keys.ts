import type {Clock} from '@parley/signaling';
import type {Logger} from '../../observability/logger.js';
import type {Caller} from './caller.js';
import {readKeyFile, stampOf} from './key-file.js';
import {idOf, isGood, type StoredKey} from './stored-key.js';

export interface FileKeysOptions {
  readonly file: string;
  /** Of keys without a rate of their own. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** After so long at most a change of the file holds: a key that was revoked is refused. */
const lookEveryMs = 1_000;

/**
 * The keys of a file that may change while the node runs. It is looked at when a key is presented, at most once a second.
 * While it cannot be read, the keys that it had hold, and the log says so.
 */
export class FileKeys {
  readonly #options: FileKeysOptions;
  #keys: ReadonlyMap<string, StoredKey>;
  #stamp: string | undefined;
  #lookedAt: number;

  /** @throws {KeyFileError} */
  constructor(options: FileKeysOptions) {
    this.#options = options;
    this.#stamp = stampOf(options.file);
    this.#keys = byId(readKeyFile(options.file));
    this.#lookedAt = options.clock.now();
  }

  identify(presented: string): Caller | undefined {
    const id = idOf(presented);
    if (id === undefined) return undefined;
    const now = this.#options.clock.now();
    this.#look(now);
    const key = this.#keys.get(id);
    if (!isGood(key, presented, now) || key === undefined) return undefined;
    const {verbs, rooms, requestsPerSecond = this.#options.requestsPerSecond} = key;
    return {name: id, verbs, rooms, requestsPerSecond};
  }

  #look(now: number): void {
    if (now - this.#lookedAt < lookEveryMs) return;
    this.#lookedAt = now;
    const {file, log} = this.#options;
    const stamp = stampOf(file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#keys = byId(readKeyFile(file));
      log.info({file, keys: this.#keys.size}, 'read the API keys anew');
    } catch (err) {
      log.error({err, file}, 'the API keys cannot be read anew; those that were read before still hold');
    }
  }
}

const byId = (keys: readonly StoredKey[]): ReadonlyMap<string, StoredKey> => new Map(keys.map((key) => [key.id, key]));
