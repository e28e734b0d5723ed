import {matchesRoom, type RoomId} from '@parley/protocol';
import {isSame} from '../presence/presence-board.js';
import {toPresence} from '../presence/to-presence.js';
import type {UserPresence} from '../ports.js';
import type {SeenSession, Sight, WatchSelection} from '../watches.js';
import {isSameList, isSameSession} from './same-session.js';
import type {Turn} from './world.js';

/** What a watch is told of a turn of events; nothing, if it is not about anything that changed. */
export function changesOf(selection: WatchSelection, {user, before, after, began, ended}: Turn): readonly Sight[] {
  const {kinds, users} = selection;
  if (users !== undefined && !users.includes(user)) return [];
  const was = seen(selection, before);
  const is = seen(selection, after);
  return [
    ...(kinds.includes('presence') ? presenceOf(user, was, is) : []),
    ...(kinds.includes('sessions') ? sessionsOf(was, is) : []),
    ...(kinds.includes('calls') ? callsOf(selection, {was, is, began, ended}) : []),
  ];
}

/** The sessions that a watch is about, with no more of them than it is about. */
function seen({rooms: patterns}: WatchSelection, sessions: readonly SeenSession[]): readonly SeenSession[] {
  if (patterns === undefined) return sessions;
  return sessions.flatMap(({rooms: all, call, ...session}) => {
    const rooms = all.filter((room) => isNamed(patterns, room));
    if (rooms.length === 0) return [];
    return [{...session, rooms, ...(call !== undefined && rooms.includes(call) && {call})}];
  });
}

const isNamed = (patterns: readonly string[] | undefined, room: RoomId): boolean =>
  patterns === undefined || patterns.some((pattern) => matchesRoom(pattern, room));

type Present = UserPresence & {readonly rooms: readonly RoomId[]};

function present(sessions: readonly SeenSession[]): Present {
  const {status, devices} = toPresence(sessions.map(({device, state}) => ({device, connected: state === 'connected'})));
  return {status, devices, rooms: [...new Set(sessions.flatMap(({rooms}) => rooms))].sort()};
}

function presenceOf(user: string, before: readonly SeenSession[], after: readonly SeenSession[]): readonly Sight[] {
  const [was, is] = [present(before), present(after)];
  return isSame(was, is) && isSameList(was.rooms, is.rooms) ? [] : [{event: 'presence', user, ...is}];
}

function sessionsOf(before: readonly SeenSession[], after: readonly SeenSession[]): readonly Sight[] {
  const known = new Map(before.map((one) => [one.session, one]));
  const still = new Set(after.map(({session}) => session));
  const gone = before.filter(({session}) => !still.has(session));
  return [
    ...gone.map(({call: _, ...one}) => ({...one, event: 'session' as const, state: 'gone' as const, rooms: []})),
    ...after.flatMap((one) => {
      const was = known.get(one.session);
      return was !== undefined && isSameSession(was, one) ? [] : [{event: 'session' as const, ...one}];
    }),
  ];
}

interface CallTurn extends Pick<Turn, 'began' | 'ended'> {
  readonly was: readonly SeenSession[];
  readonly is: readonly SeenSession[];
}

/** A call begins before its first peer is in it, and is over when its last is out. */
function callsOf({rooms: patterns, users}: WatchSelection, {was, is, began, ended}: CallTurn): readonly Sight[] {
  const before = new Map(was.map((one) => [one.session, one]));
  const after = new Map(is.map((one) => [one.session, one]));
  const peer = ({session, user, name}: SeenSession, room: RoomId, state: 'in' | 'out'): Sight => {
    return {event: 'peer', room, session, user, name, state};
  };
  const out = was.flatMap((one) =>
    one.call === undefined || after.get(one.session)?.call === one.call ? [] : [peer(one, one.call, 'out')],
  );
  const come = is.flatMap((one) =>
    one.call === undefined || before.get(one.session)?.call === one.call ? [] : [peer(one, one.call, 'in')],
  );
  const calls = (rooms: readonly RoomId[], state: 'running' | 'over'): readonly Sight[] =>
    users === undefined
      ? rooms.filter((room) => isNamed(patterns, room)).map((room) => ({event: 'call', room, state}))
      : [];
  return [...out, ...calls(ended, 'over'), ...calls(began, 'running'), ...come];
}
