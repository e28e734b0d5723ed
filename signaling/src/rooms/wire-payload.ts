import type {RoomId} from '@parley/protocol';
import type {FeedEntry, FeedEvent} from '../ports.js';

/** A stored event as clients see it, live, replayed and in history alike. */
export const storedPayload = (room: RoomId, entry: FeedEntry): Readonly<Record<string, unknown>> => ({
  ...entry.data,
  room,
  epoch: entry.epoch,
  offset: entry.offset,
  at: entry.at,
});

/** The same as JSON, of data that is JSON. */
export function storedJson(room: RoomId, {json, epoch, offset, at}: FeedEntry): string {
  const own = json === '{}' ? '{' : `${json.slice(0, -1)},`;
  return `${own}"room":${JSON.stringify(room)},"epoch":${JSON.stringify(epoch)},"offset":${offset},"at":${at}}`;
}

/** An ephemeral or state event as clients see it; an `at`, if its schema has one, is part of its data. */
export const passingPayload = (room: RoomId, event: FeedEvent): Readonly<Record<string, unknown>> => ({
  ...event.data,
  room,
});
