import type {presence, SessionId} from '@parley/protocol';
import type {SessionRecord} from '@parley/signaling';
import {integer, text} from './replies.js';

const roomField = 'r:';

/** The field of a session's hash that says that it is in the room. */
export const fieldOfRoom = (room: string): string => `${roomField}${room}`;

/** From the fields of a session's hash. */
export function toSessionRecord(session: SessionId, hash: ReadonlyMap<string, string>): SessionRecord {
  const device = hash.get('device');
  const call = hash.get('call');
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
  };
}

export function toPresence(value: unknown): presence.PresenceStatus {
  if (value === 'online' || value === 'away' || value === 'offline') return value;
  throw new Error('A script answered with a presence that is none.');
}
