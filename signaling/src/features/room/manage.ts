import {room as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import {actorIn} from '../../rights/actor.js';
import type {Moderation} from '../../rooms/moderation.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import {summaryOf} from './summary.js';

/** What is done to a room and its members by those who may. */
export function manageHandlers(moderation: Moderation): readonly Handler<ConnectedSession>[] {
  return [
    on(wire.update, async ({room, title, access, joinAs, slowModeMs, videoCodecs}, {session}) => {
      const changes = {
        ...(title !== undefined && {title}),
        ...(access !== undefined && {access}),
        ...(joinAs !== undefined && {joinAs}),
        ...(slowModeMs !== undefined && {slowModeMs}),
        ...(videoCodecs !== undefined && {videoCodecs}),
      };
      const record = await moderation.update(room, changes, session);
      return summaryOf(record, true);
    }),
    on(wire.invite, async ({room, user, role}, {session}) => {
      await moderation.invite(room, {user}, role, actorIn(session, room));
      return {};
    }),
    on(wire.setRole, async ({room, user, role}, {session}) => {
      await moderation.setRole(room, user, role, actorIn(session, room));
      return {};
    }),
    on(wire.remove, async ({room, user}, {session}) => {
      await moderation.remove(room, user, actorIn(session, room));
      return {};
    }),
    on(wire.groups, async ({room}) => {
      const groups = await moderation.groupsOf(room);
      return {groups: [...groups].map(([group, role]) => ({group, role}))};
    }),
    on(wire.setGroup, async ({room, group, role}) => {
      await moderation.setGroup(room, group, role);
      return {};
    }),
  ];
}
