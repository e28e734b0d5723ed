import type {CallRecords} from './calls.js';
import type {Leases, NodeBus} from './cluster.js';
import type {RoomFeeds} from './feed.js';
import type {GroupBounds, GroupDirectory} from './groups.js';
import type {InboxBounds, Inboxes} from './inboxes.js';
import type {PushRecords} from './push-records.js';
import type {Outbox} from './outbox.js';
import type {Receipts} from './receipts.js';
import type {Revocations} from './revocations.js';
import type {Scheduled, ScheduleBounds} from './scheduled.js';
import type {RoomDirectory} from './rooms.js';
import type {SessionDirectory} from './sessions.js';
import type {WebPushDirectory} from './web-push.js';

/**
 * Everything that nodes share, as one of them sees it. There are two twins: memory (one process, the embedded default;
 * several nodes in one process in tests) and Redis. Both pass the same contract suites.
 */
export interface Store {
  readonly feeds: RoomFeeds;
  readonly sessions: SessionDirectory;
  readonly rooms: RoomDirectory;
  readonly groups: GroupDirectory;
  readonly inboxes: Inboxes;
  readonly pushes: PushRecords;
  readonly scheduled: Scheduled;
  readonly receipts: Receipts;
  readonly revocations: Revocations;
  readonly outbox: Outbox;
  readonly webPush: WebPushDirectory;
  readonly calls: CallRecords;
  readonly bus: NodeBus;
  readonly leases: Leases;
  /** Whether the shared store answers at this moment; always true in memory. */
  readonly available: boolean;
  onAvailability(listener: (available: boolean) => void): void;
  /** Leaves the cluster: the others learn at once that this node is gone. Idempotent. */
  close(): Promise<void>;
}

/** Bounds that only the store can keep exactly for the whole cluster. 0: not limited. */
export interface StoreLimits {
  /** Messages of members into one room, with a burst of twice as many. */
  readonly roomMessagesPerSecond: number;
  /** Rooms that one user may be a member of. */
  readonly roomsPerUser: number;
  /** Rooms that one user may create within an hour. */
  readonly roomCreationsPerHour: number;
  /** Rooms in all. */
  readonly rooms: number;
}

/** What both twins are built from. */
export interface StoreOptions {
  /** This node's name, unique among live nodes and never used again by another process: `<name>-<random>`. */
  readonly node: string;
  /** Whether this node has a media worker; told to the others. */
  readonly media: boolean;
  /** Whether clients connect to it; told to the others. */
  readonly clients: boolean;
  readonly resumeWindowMs: number;
  readonly log: {
    readonly events: number;
    readonly bytes: number;
    readonly ageMs: number;
  };
  readonly limits: StoreLimits;
  /** `defaultGroupBounds` unless given. */
  readonly groups?: GroupBounds;
  /** `defaultInboxBounds` unless given. */
  readonly inboxes?: InboxBounds;
  /** `defaultScheduleBounds` unless given. */
  readonly scheduled?: ScheduleBounds;
  readonly idempotencyMs: number;
  readonly heartbeatMs: number;
  /** After how long without a heartbeat a node is taken for dead. */
  readonly nodeTimeoutMs: number;
  readonly leaseMs: number;
}
