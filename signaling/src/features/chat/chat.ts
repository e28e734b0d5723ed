import {chat as wire, type Json} from '@parley/protocol';
import {on, requireJoined, type Handler} from '../../dispatch/handler.js';
import type {RoomDirectory, RoomFeeds} from '../../ports.js';
import {refuseStranger} from '../../rooms/refuse-stranger.js';
import {storedPayload} from '../../rooms/wire-payload.js';

const pageSize = 50;

export interface ChatFeatureOptions {
  readonly feeds: RoomFeeds;
  readonly rooms: RoomDirectory;
}

export function chatFeature({feeds, rooms}: ChatFeatureOptions): readonly Handler[] {
  return [
    on(wire.send, async ({room, id, text}, {session}) => {
      const refused = refuseStranger(session, room, rooms);
      if (refused) await refused;
      const {user, name} = session;
      const event = {name: wire.message.name, data: {id, from: user, name, text}};
      const {epoch, offset, at} = await feeds.append(room, event, {key: `${user}/${id}`});
      return {epoch, offset, at};
    }),

    on(wire.history, async ({room, before, after, limit = pageSize}, {session}) => {
      await refuseStranger(session, room, rooms);
      const page = await feeds.read(room, {
        ...(before !== undefined && {before}),
        ...(after !== undefined && {after}),
        limit,
      });
      const first = page.entries[0];
      const last = page.entries.at(-1);
      return {
        epoch: page.epoch,
        head: page.head,
        events: page.entries.map((entry) => ({
          event: entry.name,
          // What is in the log came by a schema, and through JSON.
          payload: storedPayload(room, entry) as Json,
        })),
        more:
          after === undefined
            ? first !== undefined && first.offset > page.tail
            : (last?.offset ?? page.head) < page.head,
      };
    }),

    on(wire.typing, ({room, typing}, {session}) => {
      requireJoined(session, room);
      feeds.publish(room, {name: wire.typingChanged.name, data: {user: session.user, name: session.name, typing}});
      return {};
    }),
  ];
}
