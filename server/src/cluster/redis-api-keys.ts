import type {Clock} from '@parley/signaling';
import {CommandLine} from './command-line.js';
import {Keys} from './keys.js';
import {describeTarget, openTopology} from './open-topology.js';
import type {RedisTarget} from './redis-target.js';
import {fields, integer, list, text} from './replies.js';
import {silentObserver} from './store-observer.js';
import type {Topology} from './topology.js';

export interface RedisApiKeysOptions {
  readonly target: RedisTarget;
  readonly prefix: string;
  /** In `CLIENT LIST`. */
  readonly name: string;
  readonly clock: Clock;
}

/** A set of keys; `mark` differs from that of every other set. */
export interface ApiKeysRead {
  readonly mark: string;
  /** By their ids; undefined if it is the set that was known. */
  readonly keys: ReadonlyMap<string, string> | undefined;
}

/** Has no set that anybody wrote. */
const noMark = '-';

/**
 * API keys in Redis, as texts by their ids, and when their secrets were last used; all in one slot. On a connection of its own: the
 * command that changes keys is no node.
 *
 * Everything rejects with `unavailable` or `timeout` while Redis is away; it comes back by itself.
 */
export class RedisApiKeys {
  readonly #topology: Topology;
  readonly #line: CommandLine;
  readonly #keys: Keys;

  /** Rejects with a sentence if Redis cannot be used. */
  static async open({target, prefix, name, clock}: RedisApiKeysOptions): Promise<RedisApiKeys> {
    let topology: Topology | undefined;
    try {
      topology = await openTopology(target, `${name} (topology)`, clock);
      const line = await CommandLine.open({target, topology, name, clock, observer: silentObserver});
      return new RedisApiKeys(topology, line, new Keys(prefix));
    } catch (cause) {
      topology?.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${describeTarget(target)} cannot be used: ${reason}. Check REDIS_URL.`, {cause});
    }
  }

  private constructor(topology: Topology, line: CommandLine, keys: Keys) {
    this.#topology = topology;
    this.#line = line;
    this.#keys = keys;
    topology.onChange(() => {
      line.follow();
    });
  }

  /** All of them, unless it is the set that `known` marks. */
  async read(known: string = noMark): Promise<ApiKeysRead> {
    const [mark, keys] = list(await this.#line.run('read-api-keys', this.#keys.apiKeys, [known]));
    return {mark: text(mark), keys: keys === undefined ? undefined : fields(keys)};
  }

  /** Puts a key in the place of what it was known as; `changed` if it is something else by now. */
  async put(id: string, known: string | undefined, key: string, most: number): Promise<'put' | 'changed' | 'full'> {
    const asked = [id, known ?? '', key, most, crypto.randomUUID()];
    const outcome = text(await this.#line.run('put-api-key', this.#keys.apiKeys, asked));
    return outcome === 'put' || outcome === 'full' ? outcome : 'changed';
  }

  /** Puts back what was lost in the set that `mark` marks; false if it is another set by now. */
  async giveBack(mark: string, lost: ReadonlyMap<string, string>): Promise<boolean> {
    const asked = [mark, crypto.randomUUID(), ...[...lost].flat()];
    return integer(await this.#line.run('give-back-api-keys', this.#keys.apiKeys, asked)) === 1;
  }

  /** In milliseconds since the Unix epoch; of several of one name the latest is kept. */
  async noteUses(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.#line.run('note-api-key-uses', [this.#keys.apiKeyUses], [...uses].flat());
  }

  async lastUses(): Promise<ReadonlyMap<string, number>> {
    const found = fields(await this.#line.call('HGETALL', this.#keys.apiKeyUses));
    return new Map([...found].map(([name, at]) => [name, integer(at)]));
  }

  async forgetUses(names: readonly string[]): Promise<void> {
    await this.#line.call('HDEL', this.#keys.apiKeyUses, ...names);
  }

  close(): void {
    this.#line.close();
    this.#topology.close();
  }
}
