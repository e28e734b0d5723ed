import {presence as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {SessionDirectory} from '../../ports.js';
import type {PresencePart} from '../../presence/presence-part.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';

export interface PresenceFeatureOptions {
  readonly sessions: SessionDirectory;
  readonly presence: PresencePart;
}

export function presenceFeature({sessions, presence}: PresenceFeatureOptions): readonly Handler<ConnectedSession>[] {
  return [
    on(wire.get, async ({users}, {session}) => {
      const seen = await presence.sight.of(session.user, users);
      const found = await sessions.presenceOf([...seen]);
      return {
        users: users.flatMap((user) => {
          const known = found.get(user);
          return known ? [{user, status: known.status, devices: known.devices.map((each) => ({...each}))}] : [];
        }),
        hidden: users.filter((user) => !seen.has(user)),
      };
    }),

    on(wire.subscribeRoom, async ({room}, {session, afterReply}) => {
      const begun = await presence.of(session).followRoom(room);
      afterReply(() => {
        begun.tell();
      });
      return begun.answer;
    }),

    on(wire.unsubscribeRoom, async ({room}, {session}) => {
      const following = presence.of(session);
      await (room === undefined ? following.unfollowRooms() : following.unfollowRoom(room));
      return {};
    }),

    on(wire.subscribeUsers, async ({users}, {session, afterReply}) => {
      const begun = await presence.of(session).followUsers(users);
      afterReply(() => {
        begun.tell();
      });
      return begun.answer;
    }),

    on(wire.unsubscribeUsers, async ({users}, {session}) => {
      await presence.of(session).unfollowUsers(users);
      return {};
    }),
  ];
}
