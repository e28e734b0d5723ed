import type {SessionId, UserId} from '@parley/protocol';
import type {PushExcept} from '../pushes.js';

/** Says of a session whether it is left out. */
export function exclusion(except: PushExcept = {}): (session: {user: UserId; id: SessionId}) => boolean {
  const users = new Set(except.users);
  const sessions = new Set(except.sessions);
  return ({user, id}) => users.has(user) || sessions.has(id);
}
