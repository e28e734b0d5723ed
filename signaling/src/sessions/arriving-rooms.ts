import type {Position, RoomId} from '@parley/protocol';
import type {SessionDirectory, SessionRecord} from '../ports.js';
import type {RoomWords} from '../rights/room-words.js';
import type {RoomWord} from '../rights/standing.js';
import {CatchUp, type CatchUpOptions} from '../rooms/catch-up.js';
import type {RoomHold, RoomHubs} from '../rooms/room-hubs.js';

/** A room of a session that is about to be connected: open on this node, and read as far as need be. */
export interface ArrivingRoom {
  readonly hold: RoomHold;
  readonly catchUp: CatchUp;
  readonly word: RoomWord;
}

export interface ArrivingRooms {
  readonly rooms: readonly ArrivingRoom[];
  /** Rooms that the session was in and that are no more. */
  readonly deleted: readonly RoomId[];
}

export interface ArrivingRoomsOptions extends CatchUpOptions {
  readonly hubs: RoomHubs;
  readonly words: RoomWords;
  readonly sessions: SessionDirectory;
}

/**
 * Opens the rooms of a resumed session and reads what it missed; all or nothing.
 *
 * To be called after the session was moved to this node: a room that the user leaves from then on is told to this node,
 * and one left before is not theirs any more when the memberships are read here.
 */
export async function openArrivingRooms(
  record: SessionRecord,
  positions: ReadonlyMap<RoomId, Position>,
  options: ArrivingRoomsOptions,
): Promise<ArrivingRooms> {
  const deleted: RoomId[] = [];
  const opening = await Promise.allSettled(
    record.rooms.map(async (room) => {
      const found = await options.words.of(room, record.user);
      if (found?.member) return open(room, positions.get(room), found.word, options);
      await options.sessions.leave(record.session, room);
      if (!found) deleted.push(room);
      return undefined;
    }),
  );
  const opened = opening.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
  const failed = opening.find((one) => one.status === 'rejected');
  if (!failed) return {rooms: opened, deleted};
  for (const {hold} of opened) hold.release();
  throw failed.reason;
}

async function open(
  room: RoomId,
  since: Position | undefined,
  word: RoomWord,
  options: ArrivingRoomsOptions,
): Promise<ArrivingRoom> {
  const hold = await options.hubs.hold(room);
  try {
    return {hold, catchUp: await CatchUp.prepare(hold.hub, since, options), word};
  } catch (error) {
    hold.release();
    throw error;
  }
}
