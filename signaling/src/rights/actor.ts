import {ParleyError, type Role, type RoomId, type UserId} from '@parley/protocol';
import type {RequestSession} from '../dispatch/handler.js';

/** Who acts on a room and its members. */
export interface Actor {
  /** The backend, if it is nobody. */
  readonly by?: UserId;
  /** The roles that they may give and take, and whose holders they may remove. */
  readonly over: readonly Role[];
}

/** A session in the room; whether it may act at all, the policy has said. */
export function actorIn(session: RequestSession, room: RoomId): Actor {
  const standing = session.standing(room);
  if (!standing) throw new ParleyError('not_joined');
  return {by: session.user, over: standing.over};
}
