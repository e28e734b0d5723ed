import {
  call,
  callRights,
  people,
  roles,
  type CallRight,
  type RequestDefinition,
  type ResultOf,
  type Role,
  type RoomId,
  type SessionId,
} from '@parley/protocol';
import type {NumberedEvent, StreamPosition} from './peer-stream.js';

/**
 * What nodes say to one another about calls. It comes from nodes of our own, but over a network: each word is looked at
 * before it is believed.
 */
export const methods = {
  /** A peer's request, to the call's owner. */
  ask: 'call.ask',
  /** What became of a session, to the owner of its call. */
  notice: 'call.notice',
  /** What a stream missed, of the call's owner. */
  replay: 'call.replay',
  /** How many peers there are. */
  count: 'call.count',
  /** Whether the node answers at all. */
  there: 'call.there',
  /** That a call go to another node, to the call's owner. */
  move: 'call.move',
  /** That a call go to other workers of its node, to the call's owner. */
  renew: 'call.renew',
  /** A page of the calls that a node runs. */
  list: 'call.list',
} as const;

/** Requests that begin a call where there is none: who waits to be let in waits in a call, too. */
export const beginsCall = (name: string): boolean => name === call.join.name || name === people.knock.name;

/** The topic of events for peers, from the owner to their nodes. */
export const toPeerTopic = 'call.toPeer';

/** The topic of events that may be lost, from the owner to the nodes of its peers. */
export const toPeersTopic = 'call.toPeers';

export interface Ask {
  readonly room: RoomId;
  readonly name: string;
  readonly params: unknown;
  readonly peer: Asking | typeof backend;
}

/** Who is nobody in particular and may do everything that is done to others; not what peers do themselves. */
export const backend = 'backend';

/** Who asks, and what they may do: as their own node knows it. */
export interface Asking {
  readonly session: SessionId;
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  readonly rights: readonly CallRight[];
}

export type Asked =
  | {readonly at: 'owner'; readonly data: unknown; readonly position: StreamPosition | undefined}
  /** The asked node does not run the call; who does, if it knows. */
  | {readonly at: 'elsewhere'; readonly owner: string | undefined};

export interface Notice {
  readonly room: RoomId;
  readonly session: SessionId;
  readonly what: 'here' | 'away' | 'silent' | 'heard' | 'ended' | 'leftRoom' | 'rights';
  /** With `rights`, and with `here` of a session that came back: what it is in the room, and may do in the call. */
  readonly role?: Role;
  readonly rights?: readonly CallRight[];
  /** Only of this stay of the session in the call, not of a later one. */
  readonly stream?: string;
}

export interface ToPeer {
  readonly room: RoomId;
  readonly session: SessionId;
  readonly stream: string;
  readonly event: NumberedEvent;
}

/** An event for several sessions of one node, outside their streams. */
export interface ToPeers {
  readonly room: RoomId;
  readonly sessions: readonly SessionId[];
  readonly name: string;
  readonly payload: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (word: unknown): Fields => (typeof word === 'object' && word !== null ? {...word} : {});
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isWhat = (value: unknown): value is Notice['what'] =>
  ['here', 'away', 'silent', 'heard', 'ended', 'leftRoom', 'rights'].some((what) => what === value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

/** A word that no node of this version says: different versions, or a stranger in the cluster. */
const garbled = (what: string): Error => new TypeError(`garbled word between nodes: ${what}`);

export function readAsk(word: unknown): Ask {
  const {room, name, params, peer} = fieldsOf(word);
  if (!isText(room) || !isText(name)) throw garbled(methods.ask);
  if (peer === backend) return {room, name, params, peer};
  const {session, user, name: displayName, role, rights} = fieldsOf(peer);
  if (!isText(session) || !isText(user) || !isText(displayName)) {
    throw garbled(methods.ask);
  }
  const standing = {role: readRole(role), rights: readRights(rights)};
  return {room, name, params, peer: {session, user, name: displayName, ...standing}};
}

export function readAsked(word: unknown): Asked {
  const {at, data, position, owner} = fieldsOf(word);
  if (at === 'elsewhere') return {at, owner: isText(owner) ? owner : undefined};
  if (at === 'owner') return {at, data, position: readPosition(position)};
  throw garbled(`answer to ${methods.ask}`);
}

/** An answer that came from another node is held against the contract before it goes on. */
export function readResult<D extends RequestDefinition>(definition: D, data: unknown): ResultOf<D> {
  return definition.result.parse(data) as ResultOf<D>;
}

export function readNotice(word: unknown): Notice {
  const {room, session, what, stream, role, rights} = fieldsOf(word);
  if (!isText(room) || !isText(session) || !isWhat(what)) throw garbled(methods.notice);
  const standing = what === 'rights' || rights !== undefined ? {role: readRole(role), rights: readRights(rights)} : {};
  return {room, session, what, ...(isText(stream) && {stream}), ...standing};
}

function readRole(word: unknown): Role {
  const role = roles.find((each) => each === word);
  if (role === undefined) throw garbled('role');
  return role;
}

function readRights(word: unknown): readonly CallRight[] {
  if (!Array.isArray(word)) throw garbled('rights');
  return callRights.filter((right) => word.includes(right));
}

export function readPosition(word: unknown): StreamPosition | undefined {
  const {stream, number} = fieldsOf(word);
  return isText(stream) && isNumber(number) ? {stream, number} : undefined;
}

export function readToPeer(word: unknown): ToPeer {
  const {room, session, stream, event} = fieldsOf(word);
  const numbered = readEvent(event);
  if (!isText(room) || !isText(session) || !isText(stream) || numbered === undefined) throw garbled(toPeerTopic);
  return {room, session, stream, event: numbered};
}

export function readToPeers(word: unknown): ToPeers {
  const {room, sessions, name, payload} = fieldsOf(word);
  if (!isText(room) || !isText(name) || !Array.isArray(sessions)) throw garbled(toPeersTopic);
  return {room, sessions: sessions.filter(isText), name, payload};
}

export function readReplayRequest(word: unknown): {room: RoomId; session: SessionId; position: StreamPosition} {
  const {room, session, position} = fieldsOf(word);
  const read = readPosition(position);
  if (!isText(room) || !isText(session) || read === undefined) throw garbled(methods.replay);
  return {room, session, position: read};
}

/** Undefined if the owner cannot say what was missed. */
export function readReplay(word: unknown): readonly NumberedEvent[] | undefined {
  const {events} = fieldsOf(word);
  if (!Array.isArray(events)) return undefined;
  const read = events.map(readEvent);
  return read.every((event) => event !== undefined) ? read : undefined;
}

export function readMove(word: unknown): {room: RoomId; to: string} {
  const {room, to} = fieldsOf(word);
  if (!isText(room) || !isText(to)) throw garbled(methods.move);
  return {room, to};
}

export function readRoom(word: unknown): RoomId {
  const {room} = fieldsOf(word);
  if (!isText(room)) throw garbled('room');
  return room;
}

function readEvent(word: unknown): NumberedEvent | undefined {
  const {number, name, payload} = fieldsOf(word);
  return isNumber(number) && isText(name) ? {number, name, payload} : undefined;
}
