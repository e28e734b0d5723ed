import type {
  Answer,
  call,
  ErrorCode,
  hook,
  LimitName,
  ParleyError,
  presence as wirePresence,
  ResultOf,
  room as wireRoom,
  RoomId,
  session as wire,
  SessionId,
  UserId,
  webhook,
} from '@parley/protocol';
import type {CallAdministration, GroupAdministration, RoomAdministration} from './administration.js';
import type {HookSettings} from './hooks/hook-settings.js';
import type {FinalEnding} from './nodes/node-words.js';
import type {PushOutcome, PushReport, PushRequest, ScheduledPushes} from './pushes.js';
import type {TokenGrant} from './rights/token-grants.js';
import type {
  Broadcaster,
  Clock,
  Connection,
  FeedPage,
  FeedQuery,
  Ids,
  MediaEngine,
  SessionLimit,
  SessionRecord,
  Store,
  WebPushSender,
} from './ports.js';
import type {Spread} from './spread/part.js';
import type {Watch, WatchRequest} from './watches.js';

/** Who a verified token says the client is. */
export interface Identity {
  readonly user: UserId;
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt?: number;
  readonly tokenId?: string;
  /** Without them everything is left to the rooms; with them, the token is good for the rooms that they name only. */
  readonly grants?: readonly TokenGrant[];
}

/** What tokens mean for sessions that are connected. */
export interface TokenRules {
  /**
   * Says who a token's bearer is. Rejects with `bad_token`, `token_expired`, or `unavailable` if it cannot be checked at
   * the moment.
   */
  verify(token: string): Promise<Identity>;
  /** How long before its token expires a session is told, unless a third of the token's life is less. */
  readonly warningMs: number;
  /** For how long after its expiry a token is still good: the difference of clocks that is borne. */
  readonly toleranceMs: number;
  /** No token lives longer: for so long a revocation is remembered if its caller does not say until when. */
  readonly longestLifeMs: number;
}

/** A handshake that was let in: the session exists, its feeds are open, nothing is sent yet. */
export interface Admission {
  readonly session: SessionId;
  readonly user: UserId;
  /** Begins the session's life on this connection: `session.ready`, replay and attaching, all within this call. */
  start(connection: Connection): LiveSession;
  /** The connection never came about. Idempotent, and without effect after `start`. */
  abandon(): void;
}

/** A session on its connection, as the edge sees it. */
export interface LiveSession {
  readonly session: SessionId;
  readonly user: UserId;
  /** A frame from the client. Never throws: whatever goes wrong is answered. */
  receive(name: string, params: unknown, answer?: (answer: Answer<unknown>) => void): void;
  /** A frame from the client that is no request: counted like one, and answered with `error`. Never throws. */
  refuse(name: string, error: ParleyError, answer?: (answer: Answer<unknown>) => void): void;
  /** The connection ended without our doing: the session is away from now on. */
  dropped(): void;
}

/** Which tokens are no longer good; times are in milliseconds since the Unix epoch. */
export interface TokenRevocation {
  readonly target: {readonly tokenId: string} | {readonly user: UserId} | {readonly all: true};
  /** Tokens issued from this moment on stay good; now unless given. Without a meaning for a token's id. */
  readonly issuedBefore?: number;
  /** When the last of these tokens has expired; after the longest life of a token unless given. */
  readonly until?: number;
}

export type MembersPage = ResultOf<typeof wireRoom.members>;

/** All sessions of a user, but for one if so said; or one. */
export type KickTarget = {readonly user: UserId; readonly except?: SessionId} | {readonly session: SessionId};

/** What backends may do, whatever door they come through. */
export interface Backstage {
  readonly rooms: RoomAdministration;
  readonly groups: GroupAdministration;
  readonly calls: CallAdministration;
  push(request: PushRequest): Promise<PushReport>;
  /**
   * Pushes with `store` into one room, which is the target of each: together and one after the other, or none of them.
   * Resolves with one outcome for each, in order. If one is refused, none is done, and the others are `batch_aborted`. One
   * whose key was used before has its first answer. Rejects with what refuses all of them, as `push` does.
   */
  pushTogether(room: RoomId, requests: readonly PushRequest[]): Promise<readonly (PushReport | ParleyError)[]>;
  /** Rejects with `unknown_push` if nothing was left to be known of it, or its time is over. */
  pushOutcome(id: string): Promise<PushOutcome>;
  readonly scheduled: ScheduledPushes;
  kick(target: KickTarget, message?: string): Promise<{sessions: number}>;
  /**
   * Makes tokens useless on every node, and closes the sessions that stand on them; answers how many. Rejects with
   * `unavailable` or `timeout` if it is not known to be remembered; to repeat it does no harm.
   */
  revokeTokens(request: TokenRevocation): Promise<{sessions: number}>;
  /** With when the user was last known to be there, if that is remembered. */
  sessionsOf(user: UserId): Promise<{readonly sessions: readonly SessionRecord[]; readonly seenAt?: number}>;
  history(room: RoomId, query: FeedQuery): Promise<FeedPage>;
  /** The presence of each of them, in the order given. */
  presenceOf(users: readonly UserId[]): Promise<readonly wirePresence.UserPresence[]>;
  /** A page of a room's members with their presence, by user id; `cursor` is where the next one begins. */
  members(room: RoomId, page: {cursor?: string; limit: number}): Promise<MembersPage>;
  /**
   * Who is where, and what changes from then on, on all nodes. What comes and goes faster than it is read is told as it is
   * in the end. Rejects with `overloaded`, `too_many_subscriptions`, `draining`, or while the store is away `unavailable`.
   */
  watch(request: WatchRequest): Promise<Watch>;
}

/** Monitoring: told what happened, never asked, never able to change it. */
export interface HubObserver {
  sessionOpened(outcome: 'new' | 'resumed'): void;
  sessionClosed(reason: 'dropped' | 'replaced' | 'revoked' | FinalEnding): void;
  /** Somebody used an old resume key of the session, which was therefore ended: it may have been stolen. */
  resumeKeyReused(session: SessionId, user: UserId): void;
  roomRecovered(recovered: boolean, replayed: number): void;
  requestDone(name: string, code: 'ok' | ErrorCode, durationMs: number): void;
  feedReset(): void;
  /** A limit was passed, and whoever did was refused or sent away. */
  limitReached(limit: LimitName): void;
  /** One event of presence was handed to so many connections. */
  presenceTold(kind: 'members' | 'counts' | 'changed', deliveries: number): void;
  callPeers(delta: number): void;
  callBegan(): void;
  /** For all, or with the node or the worker that ran it. */
  callEnded(how: 'ended' | 'lost' | 'moved'): void;
  /** Media flows to a peer so long after its join: of peers who joined while others sent. */
  callMediaBegan(afterMs: number): void;
  /** A peer whose signaling or media was gone has both again. */
  callPeerBack(afterMs: number): void;
  /** A transport that had failed was replaced by another, with what was on it. */
  callTransportReplaced(direction: 'send' | 'receive'): void;
  /** A pipe of a call between two nodes had to be made anew: its end was gone, or nothing came through. */
  callPipeBroken(how: 'closed' | 'blocked'): void;
  /** A push that was put off was put down, sent, refused when its time came, or called off. */
  scheduledPush(outcome: 'scheduled' | 'sent' | 'refused' | 'cancelled'): void;
  /** Pushes that are put off in the whole cluster, told by the node that looks after them. */
  scheduledPushesWaiting(count: number): void;
  /** Of users that a push was stored for, or could not be, or had a newer one instead, had it on a first device, or on none when it expired. */
  pushKept(outcome: 'stored' | 'refused' | 'superseded' | 'acknowledged' | 'expired', users: number): void;
  /** Users of the whole cluster that pushes are stored for, once for each, who have them on no device yet. */
  pushesWaiting(users: number): void;
  /** A question to the application's backend, and how it was answered: `kept` without asking, `spared` because nobody answers at the moment. */
  hookAsked(
    backend: string,
    hook: hook.HookName,
    outcome: 'allowed' | 'refused' | 'kept' | 'away' | 'wrong' | 'spared' | 'overloaded',
    durationMs: number,
  ): void;
  /** Why there was no answer, for operators; of many in a row one is told every few seconds. */
  hookFailed(backend: string, hook: hook.HookName, reason: string): void;
  /** `open`: the backend is not asked any more, because it does not answer; `closed`: it is again. */
  hookCircuit(backend: string, state: 'open' | 'closed'): void;
  /** Something that backends may want to be told, by whichever node it happened on. */
  happened(news: webhook.HubNews): void;
}

export interface HubLimits {
  readonly requestsPerSecond: number;
  /** On this node, all sessions of a user together. */
  readonly userRequestsPerSecond: number;
  /** Of a session, that wait for their answers. */
  readonly requestsInFlight: number;
  /** Of a session; 0: not limited. */
  readonly invalidRequestsPerMinute: number;
  /** Into a room, on this node; 0: not limited. */
  readonly roomEphemeralsPerSecond: number;
  readonly roomsPerSession: number;
  /** Per user. */
  readonly sessions: SessionLimit;
  readonly membersPerRoom: number;
  readonly replayEvents: number;
  readonly resumeWindowMs: number;
  readonly payloadBytes: number;
  /** Of every call, unless its room is stricter; 0: not limited. */
  readonly calls: call.CallLimits;
}

/** How presence is told, and to how many. */
export interface PresenceRules {
  /** What changes within so long is told at once. */
  readonly windowMs: number;
  /** Rooms with more members tell only how many are present. */
  readonly largeRoom: number;
  /** Rooms whose presence one session may follow. */
  readonly roomsPerSession: number;
  /** Users whose presence one session may follow one by one. */
  readonly usersPerSession: number;
  /** Events that this node hands to connections at most, on average; above it the windows grow. */
  readonly deliveriesPerSecond: number;
}

export interface HubOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: Store;
  readonly broadcaster: Broadcaster;
  readonly media: MediaEngine;
  readonly tokens: TokenRules;
  readonly limits: HubLimits;
  readonly presence: PresenceRules;
  /** Wakes browsers of users who are away; without it nobody is woken. */
  readonly webPush?: WebPushSender | undefined;
  /** Where the media of one call may be. Default: on one node. */
  readonly spread?: Spread;
  readonly keepalive: {readonly intervalMs: number; readonly timeoutMs: number};
  /** Backends of the application that are asked before something happens. Default: nobody is. */
  readonly hooks?: readonly HookSettings[];
  readonly observer?: Partial<HubObserver>;
  /** Defects that are nobody's answer: logged by the process. */
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** How the sessions of a node that stops are handed over to the others. */
export interface Handover {
  /** After how long a client should come back; each is given its own time, from this to twice as much. */
  readonly retryAfterMs?: number | undefined;
  /** Handshakes that another node takes in per second; 0 or undefined: not limited. */
  readonly acceptsPerSecond?: number | undefined;
  /** How long the handing over may take: the pace is raised as far as need be. */
  readonly withinMs?: number | undefined;
}

/** The connected side of a node: sessions, rooms, chat, presence and calls over the given ports. */
export interface Hub {
  /** Lets a verified handshake in, resuming if it asks for it; rejects with a ParleyError. */
  admit(identity: Identity, handshake: wire.Handshake): Promise<Admission>;
  readonly backstage: Backstage;
  /** Sessions connected to this node at this moment. */
  readonly connections: number;
  /** Watches of backends that this node serves. */
  readonly watches: number;
  /** Whether the node said that it hands its clients over and will be gone. */
  isLeaving(node: string): boolean;
  /**
   * Announces that this node leaves, moves the calls that it runs to others, closes every connection with `draining` in paced batches, ends the
   * calls that could not be moved, then timers and feeds. Idempotent.
   */
  close(handover?: Handover): Promise<void>;
}
