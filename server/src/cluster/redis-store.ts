import {defaultGroupBounds, type Clock, type Store, type StoreOptions} from '@parley/signaling';
import {CommandLine} from './command-line.js';
import {Heart} from './heart.js';
import {Keys} from './keys.js';
import {RedisBus} from './redis-bus.js';
import {RedisFeeds} from './redis-feeds.js';
import {RedisGroups} from './redis-groups.js';
import {RedisLeases} from './redis-leases.js';
import {RedisReceipts} from './redis-receipts.js';
import {RedisRevocations} from './redis-revocations.js';
import {RedisRooms} from './redis-rooms.js';
import {RedisSessions} from './redis-sessions.js';
import {RoomLogs} from './room-log.js';
import {SessionIndex} from './session-index.js';
import {sessionTimes} from './session-times.js';
import {SubscriberLine} from './subscriber-line.js';

/** How often quiet rooms are compared with their logs. */
const defaultCompareMs = 5_000;

export interface RedisStoreOptions extends StoreOptions {
  /** `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS. Redis 6.2 or newer. */
  readonly url: string;
  /** What the names of all keys and channels begin with; no braces. */
  readonly prefix: string;
  readonly clock: Clock;
  /** Failures that are nobody's answer. */
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
  /** How often rooms that are quiet are compared with their logs; 5 s unless given. */
  readonly compareMs?: number;
}

/**
 * The Redis twin of everything shared. Rejects with a sentence that names the address if Redis cannot be used; once it
 * resolved, Redis may go away and come back, and the store with it.
 */
export async function createRedisStore(options: RedisStoreOptions): Promise<Store> {
  const {url, clock, node} = options;
  const line = await CommandLine.open(url, `parley ${node}`);
  let subscriber: SubscriberLine | undefined;
  let store: RedisStore | undefined;
  try {
    subscriber = await SubscriberLine.open(url, `parley ${node} (subscriptions)`, clock);
    store = new RedisStore(options, line, subscriber);
    await store.join();
    return store;
  } catch (error) {
    await store?.close();
    subscriber?.close();
    line.close();
    throw error;
  }
}

class RedisStore implements Store {
  readonly feeds: RedisFeeds;
  readonly sessions: RedisSessions;
  readonly rooms: RedisRooms;
  readonly groups: RedisGroups;
  readonly receipts: RedisReceipts;
  readonly revocations: RedisRevocations;
  readonly leases: RedisLeases;
  readonly bus: RedisBus;
  readonly #line: CommandLine;
  readonly #subscriber: SubscriberLine;
  readonly #heart: Heart;
  readonly #keys: Keys;
  readonly #listeners: ((available: boolean) => void)[] = [];
  #available = true;
  #closing: Promise<void> | undefined;

  constructor(options: RedisStoreOptions, line: CommandLine, subscriber: SubscriberLine) {
    const {node, media, prefix, clock, onDefect, leaseMs, idempotencyMs, heartbeatMs, nodeTimeoutMs} = options;
    const keys = new Keys(prefix);
    const info = {node, media, startedAt: clock.now()};
    const index = new SessionIndex(line, keys);
    const logs = new RoomLogs(line, keys, options);
    line.beforeUp((run) => logs.verify(run));
    this.#line = line;
    this.#subscriber = subscriber;
    this.#keys = keys;
    this.feeds = new RedisFeeds({
      logs,
      subscriber,
      keys,
      clock,
      compareMs: options.compareMs ?? defaultCompareMs,
      onDefect,
    });
    this.sessions = new RedisSessions({node, line, keys, index, times: sessionTimes(options), clock, onDefect});
    this.rooms = new RedisRooms({line, keys, logs, limits: options.limits});
    this.groups = new RedisGroups(line, keys, options.groups ?? defaultGroupBounds);
    this.receipts = new RedisReceipts({node, line, keys, keepMs: idempotencyMs});
    this.revocations = new RedisRevocations({line, keys, clock});
    this.leases = new RedisLeases({node, line, keys, clock, leaseMs});
    this.bus = new RedisBus({info, line, keys, clock, onDefect});
    this.#heart = new Heart({
      info,
      line,
      keys,
      clock,
      registry: this.bus.registry,
      heartbeatMs,
      nodeTimeoutMs,
      onDeclaredDead: async () => {
        await this.leases.releaseAll();
        void this.sessions.revive();
      },
      onLineage: (lineage) => {
        logs.isOf(lineage);
      },
      onDefect,
    });
    line.onChange(() => {
      this.#changed();
    });
    subscriber.onChange(() => {
      this.#changed();
    });
  }

  get available(): boolean {
    return this.#available;
  }

  onAvailability(listener: (available: boolean) => void): void {
    this.#listeners.push(listener);
  }

  async join(): Promise<void> {
    const {bus} = this;
    await this.#subscriber.subscribe(this.#keys.nodeChannel(bus.node), (message) => {
      bus.receive(message);
    });
    await this.#subscriber.subscribe(this.#keys.nodesChannel, (message) => {
      bus.receiveForAll(message);
    });
    await this.#heart.join();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.feeds.close();
    this.sessions.close();
    await this.leases.releaseAll();
    this.leases.close();
    await this.#heart.stop();
    this.bus.close();
    this.#subscriber.close();
    this.#line.close();
  }

  #changed(): void {
    if (this.#line.up && this.#subscriber.up) void this.#comeBack();
    else this.#tell(false);
  }

  /**
   * It counts as available once every room here is compared with its log, so that none has a hole, and the sessions
   * here are kept for longer, so that none is over because nobody could keep it.
   */
  async #comeBack(): Promise<void> {
    await Promise.all([this.feeds.compareAll(), this.#heart.beat(), this.sessions.revive()]);
    if (this.#line.up && this.#subscriber.up) this.#tell(true);
  }

  #tell(available: boolean): void {
    if (this.#available === available) return;
    this.#available = available;
    for (const listener of this.#listeners) listener(available);
  }
}
