import {
  defaultGroupBounds,
  defaultInboxBounds,
  defaultScheduleBounds,
  type Clock,
  type Store,
  type StoreOptions,
} from '@parley/signaling';
import {CommandLine} from './command-line.js';
import {Heart} from './heart.js';
import {Housekeeper} from './housekeeper.js';
import {Keys} from './keys.js';
import {describeTarget, openTopology} from './open-topology.js';
import {RedisBus} from './redis-bus.js';
import {RedisCalls} from './redis-calls.js';
import {RedisFeeds} from './redis-feeds.js';
import {RedisInboxes} from './redis-inboxes.js';
import {RedisGroups} from './redis-groups.js';
import {RedisLeases} from './redis-leases.js';
import {RedisPushRecords} from './redis-push-records.js';
import {RedisOutbox} from './redis-outbox.js';
import {RedisReceipts} from './redis-receipts.js';
import {RedisRevocations} from './redis-revocations.js';
import {RedisRooms} from './redis-rooms.js';
import {RedisScheduled} from './redis-scheduled.js';
import {RedisSessions} from './redis-sessions.js';
import {RedisWebPush} from './redis-web-push.js';
import type {RedisTarget} from './redis-target.js';
import {RoomLogs} from './room-log.js';
import {SessionIndex} from './session-index.js';
import {sessionTimes} from './session-times.js';
import {silentObserver, type StoreObserver} from './store-observer.js';
import {SubscriberLine} from './subscriber-line.js';
import type {Topology} from './topology.js';

/** How often quiet rooms are compared with their logs. */
const defaultCompareMs = 5_000;

export interface RedisStoreOptions extends StoreOptions {
  /** Redis 6.2 or newer. */
  readonly target: RedisTarget;
  /** What the names of all keys and channels begin with; no braces. */
  readonly prefix: string;
  readonly clock: Clock;
  /** Failures that are nobody's answer. */
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
  readonly observer?: StoreObserver;
  /** How often rooms that are quiet are compared with their logs; 5 s unless given. */
  readonly compareMs?: number;
}

/**
 * The Redis twin of everything shared. Rejects with a sentence that names the address if Redis cannot be used; once it
 * resolved, Redis may go away and come back, or one of its servers take the place of another, and the store goes with it.
 */
export async function createRedisStore(options: RedisStoreOptions): Promise<Store> {
  const {target, clock, node, observer = silentObserver} = options;
  const opened: {close(): unknown}[] = [];
  const opening = async <T extends {close(): unknown}>(what: Promise<T>): Promise<T> => {
    const one = await what;
    opened.unshift(one);
    return one;
  };
  try {
    const name = `parley ${node}`;
    const topology = await opening(openTopology(target, `${name} (topology)`, clock));
    const shared = {target, topology, clock, observer};
    const line = await opening(CommandLine.open({...shared, name}));
    const subscriber = await opening(SubscriberLine.open({...shared, name: `${name} (subscriptions)`}));
    const store = await opening(Promise.resolve(new RedisStore({...options, observer}, topology, line, subscriber)));
    await store.join();
    return store;
  } catch (error) {
    for (const one of opened) await one.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${describeTarget(target)} cannot be used: ${reason}. Check REDIS_URL.`, {cause: error});
  }
}

class RedisStore implements Store {
  readonly feeds: RedisFeeds;
  readonly sessions: RedisSessions;
  readonly rooms: RedisRooms;
  readonly groups: RedisGroups;
  readonly inboxes: RedisInboxes;
  readonly pushes: RedisPushRecords;
  readonly scheduled: RedisScheduled;
  readonly receipts: RedisReceipts;
  readonly revocations: RedisRevocations;
  readonly calls: RedisCalls;
  readonly outbox: RedisOutbox;
  readonly webPush: RedisWebPush;
  readonly leases: RedisLeases;
  readonly bus: RedisBus;
  readonly #topology: Topology;
  readonly #line: CommandLine;
  readonly #subscriber: SubscriberLine;
  readonly #heart: Heart;
  readonly #housekeeper: Housekeeper;
  readonly #keys: Keys;
  readonly #listeners: ((available: boolean) => void)[] = [];
  #available = true;
  #closing: Promise<void> | undefined;

  constructor(
    options: RedisStoreOptions & {readonly observer: StoreObserver},
    topology: Topology,
    line: CommandLine,
    subscriber: SubscriberLine,
  ) {
    const {node, media, clients, prefix, clock, onDefect, observer} = options;
    const {leaseMs, idempotencyMs, heartbeatMs, nodeTimeoutMs} = options;
    const keys = new Keys(prefix);
    const info = {node, media, clients, startedAt: clock.now()};
    const index = new SessionIndex(line, keys);
    const logs = new RoomLogs(line, keys, options, () => {
      observer.lostEvents();
    });
    const onLineage = (lineage: number): void => {
      logs.isOf(lineage);
    };
    const revocations = new RedisRevocations({line, keys, clock, observer, onDefect});
    line.beforeUp(async (run, has) => {
      await logs.verify(run, has);
      await revocations.restore(run, has);
    });
    topology.onChange(() => {
      line.follow();
      subscriber.follow();
    });
    this.#topology = topology;
    this.#line = line;
    this.#subscriber = subscriber;
    this.#keys = keys;
    this.feeds = new RedisFeeds({
      logs,
      subscriber,
      keys,
      clock,
      compareMs: options.compareMs ?? defaultCompareMs,
      onRepaired: (entries) => {
        observer.repaired(entries);
      },
      onDefect,
    });
    this.sessions = new RedisSessions({node, line, keys, index, times: sessionTimes(options), clock, onDefect});
    this.rooms = new RedisRooms({line, keys, logs, limits: options.limits, logAgeMs: options.log.ageMs});
    this.groups = new RedisGroups(line, keys, options.groups ?? defaultGroupBounds);
    this.inboxes = new RedisInboxes(line, keys, options.inboxes ?? defaultInboxBounds);
    this.pushes = new RedisPushRecords(line, keys);
    this.scheduled = new RedisScheduled(line, keys, options.scheduled ?? defaultScheduleBounds);
    this.receipts = new RedisReceipts({node, line, keys, keepMs: idempotencyMs});
    this.revocations = revocations;
    this.calls = new RedisCalls(line, keys);
    this.outbox = new RedisOutbox(line, keys);
    this.webPush = new RedisWebPush(line, keys);
    this.leases = new RedisLeases({node, line, keys, clock, leaseMs, observer});
    this.bus = new RedisBus({info, line, keys, clock, observer, onLineage, onDefect});
    this.#housekeeper = new Housekeeper({line, keys, clock, leases: this.leases, log: options.log, onDefect});
    this.#heart = new Heart({
      info,
      line,
      keys,
      clock,
      registry: this.bus.registry,
      heartbeatMs,
      nodeTimeoutMs,
      onDeclaredDead: async () => {
        await this.leases.releaseAll('declared_dead');
        void this.sessions.revive();
      },
      lineage: () => logs.lineage,
      onLineage,
      onDefect,
    });
    for (const each of [line, subscriber])
      each.onChange((change) => {
        this.#changed(change);
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
    await this.#subscriber.subscribe(this.#keys.nodeChannel(bus.node), {
      onMessage: (message) => {
        bus.receive(message);
      },
    });
    await this.#subscriber.subscribe(this.#keys.nodesChannel, {
      onMessage: (message) => {
        bus.receiveForAll(message);
      },
    });
    await this.#heart.join();
    await this.revocations.load();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.feeds.close();
    this.sessions.close();
    await this.#housekeeper.close();
    await this.leases.releaseAll();
    this.leases.close();
    await this.#heart.stop();
    this.bus.close();
    this.#subscriber.close();
    this.#line.close();
    this.#topology.close();
  }

  /** Of a cluster's servers one may be back while another is not: its rooms and sessions go on. */
  #changed(change: 'lost' | 'back'): void {
    if (!this.#line.up || !this.#subscriber.up) this.#tell(false);
    if (change === 'back') void this.#comeBack();
  }

  /**
   * It counts as available once every room here is compared with its log, so that none has a hole, and the sessions
   * here are kept for longer, so that none is over because nobody could keep it.
   */
  async #comeBack(): Promise<void> {
    await Promise.all([this.feeds.compareAll(), this.#heart.beat(), this.sessions.revive()]);
    await this.revocations.catchUp();
    if (this.#line.up && this.#subscriber.up) this.#tell(true);
  }

  #tell(available: boolean): void {
    if (this.#available === available) return;
    this.#available = available;
    for (const listener of this.#listeners) listener(available);
  }
}
