import type {room as wire} from '@parley/protocol';
import type {RoomRecord} from '../ports.js';

/** What may be told of a room, but for what depends on who asks. */
export function describeRoom({
  room,
  title,
  members,
  maxMembers,
  slowModeMs,
  createdAt,
  access,
  joinAs,
  videoCodecs,
}: RoomRecord): Omit<wire.RoomSummary, 'joined'> {
  return {
    room,
    title,
    members,
    maxMembers,
    slowModeMs,
    createdAt,
    access,
    joinAs,
    videoCodecs: [...videoCodecs],
  };
}
