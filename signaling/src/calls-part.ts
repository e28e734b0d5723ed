import type {EventDefinition, PayloadOf, RoomId, SessionId, Standing, UserId} from '@parley/protocol';
import type {CallAdministration} from './administration.js';
import type {Handler} from './dispatch/handler.js';
import type {Consent} from './hooks/consent.js';
import type {HubLimits, HubObserver} from './hub.js';
import type {Clock, Ids, MediaEngine, Store} from './ports.js';
import type {Spread} from './spread/part.js';

/** A session, as far as calls are concerned. */
export interface CallSession {
  readonly session: SessionId;
  readonly user: UserId;
  readonly name: string;
  /** The room whose call it is in, by its record (`SessionDirectory.setCall`); the record may not be at hand. */
  readonly call?: RoomId;
}

/**
 * The part of the hub that makes calls of rooms.
 *
 * The hub tells it what becomes of sessions, each on one node of the cluster: it is the part's business to reach the
 * call's owner. Telling returns at once; what goes wrong afterwards goes to `onDefect`.
 */
export interface CallsPart {
  /** Bound to every request of `call.*`. */
  readonly handlers: readonly Handler[];
  readonly administration: CallAdministration;
  /** Whether the cluster can make calls at this moment, and if not, why: goes into `session.ready`. */
  readonly availability: {readonly available: boolean; readonly reason?: string};
  /**
   * A resumed session that is in a call is connected to this node from now on; `session.ready` is sent already. `standing`
   * is that of the moment at which it is asked for: it may have changed while the session was away, which may not be in the
   * room at all any more.
   */
  sessionResumed(session: CallSession, standing: () => Standing | undefined): void;
  /**
   * Its connection to this node ended; it may be resumed. Whether it is in a call the hub does not know here. When a
   * node dies its sessions are not told one by one: `NodeBus.onNodeGone` says it of all of them.
   */
  sessionAway(session: CallSession): void;
  /** It is gone for good: signed out, kicked or not resumed in time. Told on any node. */
  sessionEnded(session: CallSession): void;
  /** It is no longer in the room, and so not in the room's call either. Told on any node. */
  sessionLeftRoom(session: CallSession, room: RoomId): void;
  /** The room is no more: ends its call, if there is one. Rejects while the call's owner is out of reach. */
  roomDeleted(room: RoomId): Promise<void>;
  /** It is something else in the room, or may do other things in its calls, perhaps nothing. Told on the session's own node. */
  standingChanged(session: CallSession, room: RoomId, standing: Standing): void;
  /** Peers in the room's call at this moment, 0 if there is none. Does not reject: what cannot be known is 0. */
  roomPeers(room: RoomId): Promise<number>;
  /**
   * Hands the calls that this node runs over to others that have media, and resolves when their peers have gone there, or
   * had time enough. Without such a node nothing happens: the calls go on until `close`.
   */
  moveAway(): Promise<void>;
  /** Ends what this node runs. Idempotent. */
  close(): Promise<void>;
}

export interface CallsOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: Store;
  readonly media: MediaEngine;
  readonly limits: HubLimits;
  readonly consent: Pick<Consent, 'callJoin'>;
  readonly spread: Spread;
  /** Whether the node said that it will be gone: no call is begun there. */
  isLeaving(node: string): boolean;
  /** Sends an event to a session that is connected to this node; false if it is not. Takes effect within the call. */
  deliver<D extends EventDefinition>(session: SessionId, event: D, payload: PayloadOf<D>): boolean;
  /** Closes its connection as if this node were lost: it may come back. */
  disconnect(session: SessionId): void;
  /** Whether its client was heard since it was last asked (`Connection.probe`); undefined if it is not connected here. */
  probe(session: SessionId): boolean | undefined;
  /** Tells every session in the room, on all nodes, at most once. */
  toRoom<D extends EventDefinition>(room: RoomId, event: D, payload: PayloadOf<D>): void;
  readonly observer: HubObserver;
  onDefect(error: unknown, context: Readonly<Record<string, string>>): void;
}
