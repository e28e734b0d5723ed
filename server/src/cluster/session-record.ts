import type {presence, SessionId} from '@parley/protocol';
import type {Following, SessionRecord, SessionToken} from '@parley/signaling';
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
/** The fields of a session's hash that say on which token it stands; empty for what the token does not say. */
export const fieldsOfToken = ({tokenId = '', issuedAt}: SessionToken): readonly (string | number)[] => [
  'tokenId',
  tokenId,
  'issuedAt',
  issuedAt ?? '',
];

export const toToken = (tokenId: string | undefined, issuedAt: string | undefined): SessionToken => ({
  ...(tokenId !== undefined && tokenId !== '' && {tokenId}),
  ...(issuedAt !== undefined && issuedAt !== '' && {issuedAt: integer(issuedAt)}),
});

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
    seenAt: integer(hash.get('seenAt')),
    token: toToken(hash.get('tokenId'), hash.get('issuedAt')),
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
