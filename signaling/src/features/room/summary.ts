import type {room as wire} from '@parley/protocol';
import type {RoomRecord} from '../../ports.js';

export const summaryOf = (
  {room, title, members, maxMembers, slowModeMs, createdAt, access, joinAs, videoCodecs}: RoomRecord,
  joined: boolean,
): wire.RoomSummary => ({
  room,
  title,
  members,
  maxMembers,
  slowModeMs,
  createdAt,
  access,
  joinAs,
  videoCodecs: [...videoCodecs],
  joined,
});
