import type {presence, SessionId} from '@parley/protocol';
import type {Following, SessionRecord} from '@parley/signaling';
import {integer, text} from './replies.js';

const roomField = 'r:';

/** The field of a session's hash that says that it is in the room. */
export const fieldOfRoom = (room: string): string => `${roomField}${room}`;

/** Names hold no spaces and no line breaks: rooms on the first line, users on the second; empty for nobody. */
export function fromFollowing({rooms, users}: Following): string {
  return rooms.length === 0 && users.length === 0 ? '' : `${rooms.join(' ')}\n${users.join(' ')}`;
}

function toFollowing(value: string): Following {
  const [rooms = [], users = []] = value.split('\n').map((line) => line.split(' ').filter((name) => name !== ''));
  return {rooms, users};
}

/** From the fields of a session's hash. */
export function toSessionRecord(session: SessionId, hash: ReadonlyMap<string, string>): SessionRecord {
  const device = hash.get('device');
  const call = hash.get('call');
  const following = hash.get('following');
  return {
    session,
    user: text(hash.get('user')),
    name: text(hash.get('name')),
    ...(device !== undefined && {device}),
    node: text(hash.get('node')),
    state: hash.get('state') === 'connected' ? 'connected' : 'away',
    createdAt: integer(hash.get('createdAt')),
    rooms: [...hash.keys()]
      .filter((field) => field.startsWith(roomField))
      .map((field) => field.slice(roomField.length)),
    ...(call !== undefined && {call}),
    ...(following !== undefined && {following: toFollowing(following)}),
  };
}

export function toPresence(value: unknown): presence.PresenceStatus {
  if (value === 'online' || value === 'away' || value === 'offline') return value;
  throw new Error('A script answered with a presence that is none.');
}
