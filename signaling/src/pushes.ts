import type {GroupId, Json, RoomId, SessionId, UserId} from '@parley/protocol';

export type PushTarget =
  | {readonly user: UserId}
  | {readonly group: GroupId}
  | {readonly session: SessionId}
  | {readonly room: RoomId}
  | {readonly all: true};

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
  /** Into the room's feed; only with a room as target. */
  readonly store: boolean;
}

export interface PushReport {
  readonly id: string;
  /** Connected sessions that it was meant for. Of a node that does not answer only those are counted that the directory names. */
  readonly addressed: number;
  /** Sessions it was handed to, on all nodes. */
  readonly reached: number;
  readonly position?: {readonly epoch: string; readonly offset: number};
  readonly repeated: boolean;
}
