import {matchesRoom, ParleyError} from '@parley/protocol';

/** Who presents a key, and what they may do with it. */
export interface Caller {
  /** Names the key in the log without giving it away. */
  readonly name: string;
  /** Names of verbs, the beginnings of names followed by `*`, or `*` for all. */
  readonly verbs: readonly string[];
  /** Patterns of rooms. One who may not do everything everywhere may only do what concerns one of these. */
  readonly rooms: readonly string[];
  /** On one node. */
  readonly requestsPerSecond: number;
}

const everything = '*';

/** Throws `forbidden` unless the caller may do this verb, to this room if it concerns one alone. */
export function requireScope(caller: Caller, verb: string, room: string | undefined): void {
  requireVerb(caller, verb);
  if (caller.rooms.includes(everything)) return;
  if (room === undefined) {
    throw new ParleyError('forbidden', {message: `This API key is for some rooms only, and ${verb} is not about one.`});
  }
  if (!caller.rooms.some((pattern) => matchesRoom(pattern, room))) {
    throw new ParleyError('forbidden', {message: 'This API key is not for this room.', field: 'room'});
  }
}

/**
 * The rooms that the caller may do this verb to, of those that these patterns name, or of all; undefined if they may do
 * everything everywhere. Throws `forbidden` if a pattern names a room that is none of theirs.
 */
export function requireRooms(
  caller: Caller,
  verb: string,
  patterns: readonly string[] | undefined,
): readonly string[] | undefined {
  requireVerb(caller, verb);
  const {rooms} = caller;
  if (rooms.includes(everything)) return patterns;
  const stranger = patterns?.find((pattern) => !rooms.some((own) => covers(own, pattern)));
  if (stranger !== undefined) {
    throw new ParleyError('forbidden', {message: `This API key is not for all of ${stranger}.`, field: 'rooms'});
  }
  return patterns ?? rooms;
}

/** Whether every room that a pattern names is named by another one. */
const covers = (outer: string, inner: string): boolean =>
  inner.endsWith('*') ? outer.endsWith('*') && inner.startsWith(outer.slice(0, -1)) : matchesRoom(outer, inner);

function requireVerb({verbs}: Caller, verb: string): void {
  if (!verbs.some((pattern) => matchesVerb(pattern, verb))) {
    throw new ParleyError('forbidden', {message: `This API key is not for ${verb}.`});
  }
}

/** Whether a pattern names the verb. */
export const matchesVerb = (pattern: string, verb: string): boolean =>
  pattern.endsWith('*') ? verb.startsWith(pattern.slice(0, -1)) : verb === pattern;
