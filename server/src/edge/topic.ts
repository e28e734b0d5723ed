import type {RoomId} from '@parley/protocol';

/** The Socket.IO room of a room. The prefix holds a character that no socket's id has: each id is a room as well. */
export const topicOf = (room: RoomId): string => `r:${room}`;
