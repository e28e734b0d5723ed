import type {ErrorCode, GroupId, Json, RoomId, SessionId, UserId, webPush} from '@parley/protocol';

export type PushTarget =
  | {readonly user: UserId}
  | {readonly group: GroupId}
  | {readonly session: SessionId}
  | {readonly room: RoomId}
  | {readonly all: true};

export type PushPriority = 'low' | 'normal' | 'high';

/** Who of a room, a group or everybody is left out. */
export interface PushExcept {
  readonly users?: readonly UserId[] | undefined;
  readonly sessions?: readonly SessionId[] | undefined;
}

export interface PushRequest {
  readonly target: PushTarget;
  /** Only with a group, a room or everybody as target, and not of a push into a room's feed, which is everybody's. */
  readonly except?: PushExcept | undefined;
  readonly topic: string;
  readonly data: Json;
  /** Idempotency key: remembered for ten minutes in the whole cluster; with another push it is a `conflict`. */
  readonly key?: string;
  /** Into the room's feed, or kept for each device of the user or of the group's users; of no other target. */
  readonly store: boolean;
  /** For how long it is kept for users, and their browsers are to be woken; a day unless given. */
  readonly ttlMs?: number | undefined;
  /** What is kept for users, or shown by their browsers, takes the place of an older one of this key. */
  readonly collapseKey?: string | undefined;
  /** Whether clients are to acknowledge it; what is kept for users is acknowledged anyway. Not of a push into a room's feed. */
  readonly ack?: boolean | undefined;
  /** Shown by their browsers to those of the user, or of the group's users, who have no connected session; of no other target. */
  readonly notify?: webPush.Notification | undefined;
  /** How soon a browser that spares its battery is to be woken (RFC 8030, Urgency); `normal` unless given. Only with `notify`. */
  readonly priority?: PushPriority | undefined;
  /** Not now, but then: milliseconds since the Unix epoch. What is past by then is sent at once. */
  readonly sendAt?: number | undefined;
  /** Not now, but so many milliseconds from now on; instead of `sendAt`. */
  readonly delayMs?: number | undefined;
}

export const ttlMsUnlessGiven = 24 * 3_600_000;
/** As long as other push services keep things: four weeks. */
export const longestTtlMs = 28 * 24 * 3_600_000;

export interface PushReport {
  readonly id: string;
  /** Connected sessions that it was meant for. Of a node that does not answer only those are counted that the directory names. */
  readonly addressed: number;
  /** Sessions it was handed to, on all nodes. */
  readonly reached: number;
  /** Users that it is kept for. */
  readonly stored?: number;
  /** Users of a group that it is not kept for, because their inboxes are full. */
  readonly refused?: number;
  /** Browsers of users who are away that it is sent to by web push. */
  readonly browsers?: number;
  readonly position?: {readonly epoch: string; readonly offset: number};
  readonly repeated: boolean;
  /** It waits until then, and has reached nobody yet. */
  readonly sendAt?: number;
}

/** What became of a push that was to be sent later. */
export type ScheduledFate =
  /** `sending`: it is on its way, and cannot be called off any more. */
  | {readonly state: 'waiting' | 'sending'}
  | {readonly state: 'sent'; readonly report: Omit<PushReport, 'id' | 'repeated' | 'sendAt'>}
  /** When its time came it could not be sent. */
  | {readonly state: 'refused'; readonly code: ErrorCode}
  | {readonly state: 'cancelled'};

/** A push that is to be sent later, or was within the last hour. */
export interface ScheduledPush {
  readonly id: string;
  readonly sendAt: number;
  readonly target: PushTarget;
  readonly topic: string;
  /** While it waits. */
  readonly data?: Json;
  readonly fate: ScheduledFate;
}

/** Pushes that are to be sent later, for whoever looks after them. */
export interface ScheduledPushes {
  /** What waits or is being sent, in order; `cursor` is where the next page begins. */
  list(page: {cursor?: string; limit: number}): Promise<{pushes: readonly ScheduledPush[]; cursor?: string}>;
  /** Rejects with `unknown_push` if there is none of this id, or it was over more than an hour ago. */
  get(id: string): Promise<ScheduledPush>;
  /** Idempotent. Rejects with `unknown_push`, or with `already_sent` once it is on its way. */
  cancel(id: string): Promise<void>;
}

/** What became of a push that is kept for users, that clients acknowledge or that browsers show; asked about until an hour after it has expired. */
export interface PushOutcome {
  readonly id: string;
  readonly at: number;
  readonly expiresAt?: number;
  readonly addressed: number;
  readonly reached: number;
  /** By devices, of what is kept for users; else by sessions, within a minute. At least so many. */
  readonly acknowledged: number;
  /** Users that it was kept for. */
  readonly stored: number;
  readonly refused: number;
  /** Users of these who have not had it yet on any device, and may. */
  readonly waiting: number;
  /** Users who had a newer one of its collapse key instead. */
  readonly superseded: number;
  /** Users for whom it expired before any device had it. */
  readonly expired: number;
  /** Browsers of users who were away that it was sent to. */
  readonly browsers: number;
  /** Those of these whose push service took it. */
  readonly browsersReached: number;
  /** Those that cannot have it any more: gone, refused, or expired before the push service took it. */
  readonly browsersFailed: number;
}
