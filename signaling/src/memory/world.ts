import {randomBytes} from 'node:crypto';
import {
  defaultGroupBounds,
  defaultInboxBounds,
  defaultScheduleBounds,
  type Clock,
  type Ids,
  type Store,
  type StoreOptions,
  type Timer,
} from '../ports.js';
import {MemoryBus} from './bus.js';
import {CallTable, MemoryCalls} from './calls.js';
import {Exchange} from './exchange.js';
import {MemoryFeeds, SharedLogs} from './feeds.js';
import {GroupTable, MemoryGroups} from './groups.js';
import {InboxTable, MemoryInboxes} from './inboxes.js';
import {LeaseTable, MemoryLeases} from './leases.js';
import {Link} from './link.js';
import {MemoryPushRecords, PushRecordTable} from './push-records.js';
import {MemoryOutbox, OutboxTable} from './outbox.js';
import {MemoryReceipts, ReceiptTable} from './receipts.js';
import {MemoryRevocations, RevocationTable} from './revocations.js';
import {MemoryRooms, RoomTable} from './rooms.js';
import {MemoryScheduled, ScheduleTable} from './scheduled.js';
import {SessionTable} from './session-table.js';
import {MemorySessions} from './sessions.js';
import {MemoryWebPush, WebPushTable} from './web-push.js';

/** What nodes share, kept in this process. */
export interface MemoryWorld {
  /** The world as the node of this name sees it: one node is the embedded default, several are a cluster in a test. */
  node(options: StoreOptions): Store;
  /** For tests: ends a node without a farewell. What it still asks is refused, and nothing reaches it. */
  kill(node: string): void;
  /** For tests: as if the shared store were away. What nodes have in common stays as it is. */
  setAvailable(available: boolean): void;
  /** For tests: as if the store had lost every room's log. */
  loseLogs(): void;
}

const sweepMs = 30_000;
/** For how long it is remembered when a user was last there. */
const seenKeptMs = 30 * 24 * 3_600_000;

/**
 * The memory twin of everything shared. A process that runs alone has nobody to share with, and loses with itself what
 * it holds: logs, sessions and rooms.
 */
export function createMemoryWorld({clock, ids}: {clock: Clock; ids?: Pick<Ids, 'id'>}): MemoryWorld {
  const newEpoch = (): string => ids?.id() ?? randomBytes(12).toString('base64url');
  const logs = new SharedLogs(newEpoch);
  const inboxes = new InboxTable(newEpoch);
  const pushes = new PushRecordTable();
  const scheduled = new ScheduleTable();
  const sessions = new SessionTable();
  const rooms = new RoomTable();
  const groups = new GroupTable();
  const revocations = new RevocationTable();
  const calls = new CallTable();
  const outbox = new OutboxTable();
  const webPush = new WebPushTable();
  const leases = new LeaseTable(clock);
  const exchange = new Exchange<MemoryBus>(clock);
  const stores = new Map<string, {store: MemoryStore; nodeTimeoutMs: number}>();
  let receipts: ReceiptTable | undefined;
  let available = true;
  let sweep: Timer | undefined;

  const forget = (node: string): void => {
    stores.delete(node);
    logs.dropNode(node);
    if (stores.size > 0) return;
    sweep?.cancel();
    sweep = undefined;
  };

  return {
    node(options): Store {
      if (stores.has(options.node)) throw new Error(`There is a node of the name ${options.node} already.`);
      const link = new Link(options.node, () => available);
      const info = {node: options.node, media: options.media, clients: options.clients, startedAt: clock.now()};
      receipts ??= new ReceiptTable(options.idempotencyMs);
      const bus = new MemoryBus(info, link, exchange, clock);
      const feeds = new MemoryFeeds(link, logs, clock, {
        ...options,
        slowModeMs: (room) => rooms.rooms.get(room)?.properties.slowModeMs ?? 0,
      });
      const store = new MemoryStore(link, {
        feeds,
        sessions: new MemorySessions(link, sessions, clock, options.resumeWindowMs),
        rooms: new MemoryRooms(link, rooms, {clock, limits: options.limits, feeds, calls}),
        groups: new MemoryGroups(link, groups, clock, options.groups ?? defaultGroupBounds),
        inboxes: new MemoryInboxes(link, inboxes, clock, options.inboxes ?? defaultInboxBounds),
        pushes: new MemoryPushRecords(link, pushes, clock),
        scheduled: new MemoryScheduled(link, scheduled, clock, options.scheduled ?? defaultScheduleBounds),
        receipts: new MemoryReceipts(link, receipts, clock),
        revocations: new MemoryRevocations(link, revocations, clock),
        calls: new MemoryCalls(link, calls, clock),
        outbox: new MemoryOutbox(link, outbox),
        webPush: new MemoryWebPush(link, webPush, clock),
        leases: new MemoryLeases(link, leases, options.leaseMs),
        bus,
        onClose: () => {
          forget(options.node);
          leases.endOf(options.node);
          exchange.remove(options.node);
          bus.close();
        },
      });
      exchange.add(bus);
      stores.set(options.node, {store, nodeTimeoutMs: options.nodeTimeoutMs});
      sweep ??= clock.every(sweepMs, () => {
        logs.sweep(clock.now());
        receipts?.sweep(clock.now());
        revocations.sweep(clock.now());
        calls.sweep(clock.now());
        inboxes.sweep(clock.now());
        pushes.sweep(clock.now());
        webPush.sweep(clock.now());
        scheduled.sweep(clock.now());
        sessions.sweep(clock.now() - seenKeptMs);
      });
      return store;
    },

    kill(node): void {
      const killed = stores.get(node);
      if (killed === undefined) return;
      killed.store.link.cut('killed');
      forget(node);
      leases.abandon(node);
      exchange.removeAfter(node, killed.nodeTimeoutMs);
    },

    setAvailable(now): void {
      if (now === available) return;
      available = now;
      if (now) leases.renewAll();
      else leases.suspend();
      for (const {store} of stores.values()) store.tellAvailability(now);
    },

    loseLogs(): void {
      logs.lose();
    },
  };
}

interface Parts extends Pick<
  Store,
  | 'feeds'
  | 'sessions'
  | 'rooms'
  | 'groups'
  | 'inboxes'
  | 'pushes'
  | 'scheduled'
  | 'receipts'
  | 'revocations'
  | 'calls'
  | 'outbox'
  | 'webPush'
  | 'leases'
> {
  readonly bus: MemoryBus;
  readonly onClose: () => void;
}

class MemoryStore implements Store {
  readonly feeds: Store['feeds'];
  readonly sessions: Store['sessions'];
  readonly rooms: Store['rooms'];
  readonly groups: Store['groups'];
  readonly inboxes: Store['inboxes'];
  readonly pushes: Store['pushes'];
  readonly scheduled: Store['scheduled'];
  readonly receipts: Store['receipts'];
  readonly revocations: Store['revocations'];
  readonly calls: Store['calls'];
  readonly outbox: Store['outbox'];
  readonly webPush: Store['webPush'];
  readonly leases: Store['leases'];
  readonly bus: MemoryBus;
  readonly link: Link;
  readonly #onClose: () => void;
  readonly #listeners: ((available: boolean) => void)[] = [];

  constructor(link: Link, parts: Parts) {
    const {
      feeds,
      sessions,
      rooms,
      groups,
      inboxes,
      pushes,
      scheduled,
      receipts,
      revocations,
      calls,
      outbox,
      webPush,
      leases,
      bus,
      onClose,
    } = parts;
    this.link = link;
    this.feeds = feeds;
    this.sessions = sessions;
    this.rooms = rooms;
    this.groups = groups;
    this.inboxes = inboxes;
    this.pushes = pushes;
    this.scheduled = scheduled;
    this.receipts = receipts;
    this.revocations = revocations;
    this.calls = calls;
    this.outbox = outbox;
    this.webPush = webPush;
    this.leases = leases;
    this.bus = bus;
    this.#onClose = onClose;
  }

  get available(): boolean {
    return this.link.up;
  }

  onAvailability(listener: (available: boolean) => void): void {
    this.#listeners.push(listener);
  }

  tellAvailability(available: boolean): void {
    for (const listener of this.#listeners) listener(available);
  }

  close(): Promise<void> {
    if (this.link.alive) {
      this.link.cut('closed');
      this.#onClose();
    }
    return Promise.resolve();
  }
}
