import {ParleyError, session as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {TokenRules} from '../../hub.js';
import type {SessionDirectory} from '../../ports.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import type {Farewells} from '../../sessions/farewells.js';

export interface SessionFeatureOptions {
  readonly sessions: SessionDirectory;
  readonly farewells: Farewells;
  readonly tokens: Pick<TokenRules, 'verify'>;
}

export function sessionFeature({
  sessions,
  farewells,
  tokens,
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
      const identity = await tokens.verify(token);
      if (identity.user !== session.user) {
        throw new ParleyError('forbidden', {message: 'The token is another user’s.', field: 'token'});
      }
      session.refresh(identity);
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
