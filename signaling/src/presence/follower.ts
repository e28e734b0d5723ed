import type {EventDefinition, PayloadOf, RoomId, UserId} from '@parley/protocol';

/** Whoever follows presence: a session on its connection. */
export interface Follower {
  readonly id: string;
  readonly user: UserId;
  readonly connected: boolean;
  inRoom(room: RoomId): boolean;
  /** False if it is not connected any more. */
  send<D extends EventDefinition>(event: D, payload: PayloadOf<D>): boolean;
  attach(audience: string): void;
  detach(audience: string): void;
}

/** Where a room's presence is published: a room's own name holds no slash. */
export const presenceAudience = (room: RoomId): string => `presence/${room}`;
