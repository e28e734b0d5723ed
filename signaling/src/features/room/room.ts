import {ParleyError, room as wire} from '@parley/protocol';
import {on, type Handler} from '../../dispatch/handler.js';
import type {RoomDirectory} from '../../ports.js';
import {membersPage} from '../../rooms/members-page.js';
import {refuseStranger} from '../../rooms/refuse-stranger.js';
import type {ConnectedSession} from '../../sessions/connected-session.js';
import type {RoomExits} from '../../sessions/room-exits.js';
import {createRoom} from './create-room.js';
import {joinRoom, type JoinOptions} from './join.js';
import {summaryOf} from './summary.js';

const pageSize = 50;

export interface RoomFeatureOptions extends JoinOptions {
  readonly rooms: RoomDirectory;
  readonly exits: RoomExits;
  readonly membersPerRoom: number;
}

export function roomFeature(options: RoomFeatureOptions): readonly Handler<ConnectedSession>[] {
  const {rooms, sessions, feeds, membership, exits, membersPerRoom} = options;
  return [
    on(wire.create, async ({room, title = room, maxMembers = membersPerRoom, slowModeMs = 0}, {session}) => {
      await createRoom(
        {room, title, maxMembers: Math.min(maxMembers, membersPerRoom), slowModeMs, by: session.user},
        rooms,
      );
      const joined = await membership.join(room, {user: session.user, name: session.name});
      return summaryOf(joined.room, true);
    }),

    on(wire.update, async ({room, slowModeMs}, {session}) => {
      await refuseStranger(session, room, rooms);
      const record = await (slowModeMs === undefined ? rooms.get(room) : rooms.update(room, {slowModeMs}));
      if (!record) throw new ParleyError('unknown_room');
      if (slowModeMs !== undefined) {
        const {user, name} = session;
        await feeds.append(room, {name: wire.updated.name, data: {user, name, slowModeMs}});
      }
      return summaryOf(record, true);
    }),

    on(wire.join, (params, context) => joinRoom(params, context, options)),

    on(wire.leave, async ({room}, {session}) => {
      const {subscriptions} = session;
      const done = await subscriptions.turn(room);
      try {
        await membership.leave(room, session.user).catch((error: unknown) => {
          // A store that came back without the room does not know it; this session is in it all the same, and leaves.
          const isForgotten = error instanceof ParleyError && error.code === 'unknown_room';
          if (!isForgotten || !session.inRoom(room)) throw error;
        });
        // Whatever the user's other sessions do meanwhile, this one is out.
        subscriptions.end(room);
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
        rooms: page.rooms.map((record, at) => summaryOf(record, mine[at] !== undefined)),
        ...(page.more && last && {cursor: last.room}),
      };
    }),

    on(wire.members, async ({room, cursor, limit = pageSize}, {session}) => {
      await refuseStranger(session, room, rooms);
      return membersPage(room, {cursor, limit}, {rooms, sessions});
    }),
  ];
}
