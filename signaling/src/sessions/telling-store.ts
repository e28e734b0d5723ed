import type {SessionId, UserId} from '@parley/protocol';
import {overriding} from '../overriding.js';
import type {Store} from '../ports.js';

export interface Tellers {
  /** Whose session of this node it is. */
  readonly userOf: (session: SessionId) => UserId | undefined;
  /** Something changed of the sessions of this user. */
  readonly tell: (user: UserId) => void;
}

/**
 * The same store, that tells whose sessions this node has let into rooms and calls, or out of them. Of those that come, go
 * and are renamed it is told where that is done.
 */
export function tellingStore(store: Store, {userOf, tell}: Tellers): Store {
  const {sessions} = store;
  const told = async (session: SessionId, deed: Promise<void>): Promise<void> => {
    await deed;
    const user = userOf(session) ?? (await whose(session));
    if (user !== undefined) tell(user);
  };
  // Of one that is away. What was done is done, also if nobody hears of it.
  const whose = async (session: SessionId): Promise<UserId | undefined> =>
    (await sessions.find(session).catch(() => undefined))?.user;
  return overriding(store, {
    sessions: overriding(sessions, {
      join: (session, room) => told(session, sessions.join(session, room)),
      leave: (session, room) => told(session, sessions.leave(session, room)),
      setCall: (session, room) => told(session, sessions.setCall(session, room)),
    }),
  });
}
