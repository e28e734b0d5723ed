import {room as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {RoomDirectory} from '../../ports.js';
import {isAbsence} from '../../rooms/absence.js';
import {createRoom} from '../../rooms/create-room.js';
import {membersPage} from '../../rooms/members-page.js';
import type {Moderation} from '../../rooms/moderation.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import type {RoomExits} from '../../sessions/room-exits.js';
import {joinRoom, type JoinOptions} from './join.js';
import {manageHandlers} from './manage.js';
import {summaryOf} from './summary.js';

const pageSize = 50;

export interface RoomFeatureOptions extends JoinOptions {
  readonly rooms: RoomDirectory;
  readonly exits: RoomExits;
  readonly membersPerRoom: number;
  readonly moderation: Moderation;
}

export function roomFeature(options: RoomFeatureOptions): readonly Handler<ConnectedSession>[] {
  const {rooms, sessions, membership, exits, words, moderation, membersPerRoom} = options;
  return [
    on(wire.create, async (params, {session}) => {
      const owner = {user: session.user, name: session.name};
      return summaryOf(await createRoom(params, {rooms, membersPerRoom, owner}), true);
    }),

    on(wire.join, (params, context) => joinRoom(params, context, options)),

    on(wire.leave, async ({room}, {session}) => {
      const {subscriptions} = session;
      const done = await subscriptions.turn(room);
      try {
        await membership.leave(room, session.user).catch((error: unknown) => {
          // A store that came back without the room does not know it; this session is in it all the same, and leaves.
          if (!isAbsence(error) || !session.inRoom(room)) throw error;
        });
        // Whatever the user's other sessions do meanwhile, this one is out.
        session.leave(room);
        await sessions.leave(session.id, room);
      } finally {
        done();
      }
      // Also if the membership was over already: an earlier attempt may have got no further than that.
      await exits.endSubscriptions(room, session.user);
      return {};
    }),

    on(wire.list, async ({cursor, limit = pageSize}, {session}) => {
      const page = await rooms.list({...(cursor !== undefined && {after: cursor}), limit});
      const mine = await Promise.all(page.rooms.map(({room}) => rooms.member(room, session.user)));
      const last = page.rooms.at(-1);
      return {
        rooms: page.rooms.flatMap((record, at) => {
          const joined = mine[at] !== undefined;
          const isHidden = record.access === 'private' && !joined;
          return isHidden || session.granted(record.room)?.live.length === 0 ? [] : [summaryOf(record, joined)];
        }),
        ...(page.more && last && {cursor: last.room}),
      };
    }),

    on(wire.members, ({room, cursor, limit = pageSize}) =>
      membersPage(room, {cursor, limit}, {rooms, sessions, words}),
    ),

    ...manageHandlers(moderation),
  ];
}
