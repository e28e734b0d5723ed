import {ParleyError, session as wire, type SessionId} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {Clock, SessionDirectory} from '../../ports.js';
import type {PresenceNews} from '../../presence/presence-news.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import type {Farewells} from '../../sessions/farewells.js';
import type {Revoking} from '../../sessions/revoking.js';
import type {Siblings} from '../../sessions/siblings.js';

export interface SessionFeatureOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly sessions: SessionDirectory;
  readonly farewells: Farewells;
  readonly revoking: Revoking;
  readonly siblings: Siblings;
  readonly presence: Pick<PresenceNews, 'tell'>;
}

export function sessionFeature({
  clock,
  sessions,
  farewells,
  revoking,
  siblings,
  presence,
}: SessionFeatureOptions): readonly Handler<ConnectedSession>[] {
  /** The same answer for a session that is not and one that is another user's: nothing is disclosed. */
  const requireOwn = async (session: SessionId, {user}: ConnectedSession): Promise<void> => {
    if ((await sessions.find(session))?.user !== user) throw new ParleyError('unknown_session');
  };

  return [
    on(wire.ping, () => ({at: clock.now()})),

    on(wire.list, async (_, {session}) => ({
      sessions: (await sessions.ofUser(session.user))
        .toSorted((a, b) => b.createdAt - a.createdAt)
        .map(({session: id, user, device, node, state, createdAt, seenAt}) => ({
          session: id,
          user,
          ...(device !== undefined && {device}),
          node,
          state,
          createdAt,
          seenAt,
          current: id === session.id,
        })),
    })),

    on(wire.rename, async ({device, session: id}, {session}) => {
      if (id !== undefined && id !== session.id) await requireOwn(id, session);
      const named = id ?? session.id;
      await sessions.rename(named, device);
      siblings.tell({session: named, user: session.user, device}, 'renamed', session.id);
      // Presence is told by device.
      presence.tell(session.user);
      return {};
    }),

    on(wire.refresh, async ({token}, {session}) => {
      const identity = await revoking.refresh(session, token);
      return identity.expiresAt === undefined ? {} : {expiresAt: identity.expiresAt};
    }),

    on(wire.signOut, async ({session: id}, {session, afterReply}) => {
      if (id === session.id) {
        await farewells.signOut(id);
        afterReply(() => {
          farewells.closeHere(id);
        });
      } else if (!(await farewells.endOneOf(session.user, id))) throw new ParleyError('unknown_session');
      return {};
    }),

    on(wire.signOutOthers, async (_, {session}) => {
      const others = (await sessions.ofUser(session.user)).filter(({session: id}) => id !== session.id);
      const ended = await Promise.all(others.map(({session: id}) => farewells.endOneOf(session.user, id)));
      return {sessions: ended.filter(Boolean).length};
    }),

    on(wire.end, async (_, {session, afterReply}) => {
      await farewells.signOut(session.id);
      afterReply(() => {
        farewells.closeHere(session.id);
      });
      return {};
    }),
  ];
}
