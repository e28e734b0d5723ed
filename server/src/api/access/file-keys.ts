import type {Clock} from '@parley/signaling';
import type {Logger} from '../../observability/logger.js';
import type {Caller} from './caller.js';
import {readKeyFile, stampOf} from './key-file.js';
import {KnownKeys, type KnownKeysOptions} from './known-keys.js';

export interface FileKeysOptions extends KnownKeysOptions {
  readonly file: string;
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
  readonly #known: KnownKeys;
  #stamp: string | undefined;
  #lookedAt: number;

  /** @throws {KeyFileError} */
  constructor(options: FileKeysOptions) {
    this.#options = options;
    this.#known = new KnownKeys(options);
    this.#stamp = stampOf(options.file);
    this.#known.replace(readKeyFile(options.file));
    this.#lookedAt = options.clock.now();
  }

  identify(presented: string): Caller | undefined {
    const now = this.#options.clock.now();
    this.#look(now);
    return this.#known.identify(presented, now);
  }

  #look(now: number): void {
    if (now - this.#lookedAt < lookEveryMs) return;
    this.#lookedAt = now;
    const {file, log} = this.#options;
    const stamp = stampOf(file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#known.replace(readKeyFile(file));
      log.info({file, keys: this.#known.keys.size}, 'read the API keys anew');
    } catch (err) {
      log.error({err, file}, 'the API keys cannot be read anew; those that were read before still hold');
    }
  }
}
