import {ParleyError} from '@parley/protocol';
import type {Clock, Timer} from '@parley/signaling';
import type {RedisApiKeys} from '../../cluster/redis-api-keys.js';
import {logThrown, type Logger} from '../../observability/logger.js';
import type {Caller} from './caller.js';
import {KnownKeys, type KnownKeysOptions} from './known-keys.js';
import {readStoredKey, type StoredKey} from './stored-key.js';

export interface SharedKeysOptions extends KnownKeysOptions {
  readonly source: Pick<RedisApiKeys, 'read' | 'giveBack'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two looks: a change holds on every node after so long, and the time that Redis takes. */
const lookEveryMs = 1_000;
/** For so long after the last look the keys hold: somebody may have revoked one where this node cannot see it. */
const knownForMs = 5 * 60_000;
const retryAfterMs = 5_000;

/**
 * The keys of a cluster, which are in Redis. What this node knows is enough to let callers in; it looks once a second whether it
 * is still so. While Redis is away the keys hold, for five minutes.
 *
 * A key is never taken away, only revoked: a Redis that has one no longer, or an older one, has lost it and is given it back.
 */
export class SharedKeys {
  readonly #options: SharedKeysOptions;
  readonly #known: KnownKeys;
  readonly #timer: Timer;
  #mark: string | undefined;
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  #isAway = false;

  /** Rejects if Redis does not answer. */
  static async open(options: SharedKeysOptions): Promise<SharedKeys> {
    const keys = new SharedKeys(options);
    try {
      await keys.#look();
      return keys;
    } catch (failure) {
      keys.close();
      throw failure;
    }
  }

  private constructor(options: SharedKeysOptions) {
    this.#options = options;
    this.#known = new KnownKeys(options);
    this.#timer = options.clock.every(lookEveryMs, () => {
      this.#looking ??= this.#lookAgain().finally(() => {
        this.#looking = undefined;
      });
    });
  }

  /** Throws `unavailable` if it is a key, and Redis has been away for too long. */
  identify(presented: string): Caller | undefined {
    const now = this.#options.clock.now();
    const caller = this.#known.identify(presented, now);
    if (caller !== undefined && now - this.#lookedAt > knownForMs) {
      const message = 'Whether this API key is still good cannot be known at the moment.';
      throw new ParleyError('unavailable', {message, retryAfterMs});
    }
    return caller;
  }

  close(): void {
    this.#timer.cancel();
  }

  /** Never rejects. */
  async #lookAgain(): Promise<void> {
    const {log} = this.#options;
    try {
      await this.#look();
      if (this.#isAway) log.info('the API keys can be read again');
      this.#isAway = false;
    } catch (thrown) {
      if (!(thrown instanceof ParleyError)) logThrown(log, thrown, 'the API keys cannot be read', {});
      else if (!this.#isAway) {
        log.warn({code: thrown.code}, 'the API keys cannot be read; those that are known hold for five minutes');
      }
      this.#isAway = true;
    }
  }

  async #look(): Promise<void> {
    const {source, clock, log} = this.#options;
    const startedAt = clock.now();
    const {mark, keys: texts} = await source.read(this.#mark);
    if (texts !== undefined) {
      const found = [...texts].flatMap(([id, text]) => {
        const key = readStoredKey(text);
        if (key === undefined) log.error({id}, 'an API key in Redis is malformed, and refused');
        return key ?? [];
      });
      const lost = this.#newerThan(found);
      if (lost.length > 0) {
        await source.giveBack(mark, new Map(lost.map((key) => [key.id, JSON.stringify(key)])));
        log.warn({keys: lost.length}, 'Redis had lost API keys, or changes of them: they were put back');
        // Until the next look, which sees what came of it, this node keeps to what it knew.
        const known = new Set(lost.map(({id}) => id));
        this.#known.replace([...found.filter(({id}) => !known.has(id)), ...lost]);
      } else {
        this.#known.replace(found);
        this.#mark = mark;
      }
    }
    this.#lookedAt = startedAt;
  }

  /** What this node knows of later than what was found. */
  #newerThan(found: readonly StoredKey[]): readonly StoredKey[] {
    const changes = new Map(found.map((key) => [key.id, changedAt(key)]));
    return [...this.#known.keys.values()].filter((key) => changedAt(key) > (changes.get(key.id) ?? -Infinity));
  }
}

const changedAt = (key: StoredKey): number => key.changedAt ?? key.createdAt;
