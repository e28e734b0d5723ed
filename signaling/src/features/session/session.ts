import {session as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {SessionDirectory} from '../../ports.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import type {Farewells} from '../../sessions/farewells.js';
import type {Revoking} from '../../sessions/revoking.js';

export interface SessionFeatureOptions {
  readonly sessions: SessionDirectory;
  readonly farewells: Farewells;
  readonly revoking: Revoking;
}

export function sessionFeature({
  sessions,
  farewells,
  revoking,
}: SessionFeatureOptions): readonly Handler<ConnectedSession>[] {
  return [
    on(wire.list, async (_, {session}) => ({
      sessions: (await sessions.ofUser(session.user)).map(({session: id, user, device, node, state, createdAt}) => ({
        session: id,
        user,
        ...(device !== undefined && {device}),
        node,
        state,
        createdAt,
      })),
    })),

    on(wire.refresh, async ({token}, {session}) => {
      const identity = await revoking.refresh(session, token);
      return identity.expiresAt === undefined ? {} : {expiresAt: identity.expiresAt};
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
