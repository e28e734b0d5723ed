import type {ParleyError, RoomId, SessionId, UserId} from '@parley/protocol';
import type {SessionRecord, UserPresence} from './ports.js';

export type WatchKind = 'presence' | 'sessions' | 'calls';

/** What a watch is about. */
export interface WatchSelection {
  readonly kinds: readonly WatchKind[];
  /** Patterns: only what is in rooms that they name. Without them everything, in rooms or not. */
  readonly rooms?: readonly string[];
  /** Only these, and then no beginnings and ends of calls, which are nobody's. */
  readonly users?: readonly UserId[];
}

export interface WatchRequest {
  readonly selection: WatchSelection;
  /** As it was told by an earlier watch of the same selection: what changed since is told instead of the state. */
  readonly position?: string;
  /** When nothing changes, it is said so often that nothing does. */
  readonly heartbeatMs: number;
}

/** A session as watches tell it: of its rooms and its call only what the watch is about. */
export type SeenSession = Pick<
  SessionRecord,
  'session' | 'user' | 'name' | 'device' | 'node' | 'state' | 'rooms' | 'call'
>;

/** One thing as it is now; of state and of changes alike. */
export type Sight =
  /** Of a user, in all rooms that the watch is about: by the sessions in them. */
  | ({readonly event: 'presence'; readonly user: UserId; readonly rooms: readonly RoomId[]} & UserPresence)
  /** `gone`: over, or in none of the rooms that the watch is about. */
  | ({readonly event: 'session'; readonly state: SessionRecord['state'] | 'gone'} & Omit<SeenSession, 'state'>)
  | {readonly event: 'call'; readonly room: RoomId; readonly state: 'running' | 'over'}
  | {
      readonly event: 'peer';
      readonly room: RoomId;
      readonly session: SessionId;
      readonly user: UserId;
      readonly name: string;
      readonly state: 'in' | 'out';
    };

/** What a watch tells, in this order: `snapshot`, the state, `ready`; or `resumed`. Then changes and heartbeats. */
export type WatchNews = (
  | Sight
  /** What the watch told before is to be forgotten. `unknown_position`: it asked to go on where nobody can. */
  | {readonly event: 'snapshot'; readonly why: 'asked' | 'unknown_position'}
  | {readonly event: 'ready'}
  | {readonly event: 'resumed'}
  /** `current`: nothing has happened that is not told; otherwise the store is away, or being read. */
  | {readonly event: 'heartbeat'; readonly current: boolean}
) & {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Where another watch of the same selection can go on, on this node. Not given between what belongs together. */
  readonly position?: string;
};

/** A watch that was opened. To be read once; whoever stops reading early must end it. */
export interface Watch extends AsyncIterable<WatchNews> {
  /**
   * It ends: as if there were nothing more, or for whoever reads by throwing the reason, in either case at once. Idempotent.
   */
  end(reason?: ParleyError): void;
}
