import {z} from 'zod';
import type {RoomId} from './primitives.js';
import {callRight, role} from './role.js';

/** The claim of a token that holds its grants. */
export const grantsClaim = 'grants';

/** A room's name, the beginning of names with `*` for the rest (`team-*`), or `*` for every room. */
export const roomPattern = z
  .string()
  .min(1)
  .max(64)
  .regex(/^(?:[A-Za-z0-9][A-Za-z0-9_.:@-]*\*?|\*)$/, 'a room, or the beginning of rooms followed by *');

/**
 * What a token grants in some rooms. A token with grants is good for the rooms that they name and for no others; one
 * without the claim leaves everything to the rooms.
 *
 * - `role`: its bearer's role there, whatever the room says; without it the room's word counts.
 * - `call`: its bearer's rights in calls there, exactly these; without it those of the role.
 * - `exp`: until when, in seconds since the Unix epoch like the token's own; without it as long as the token.
 */
const grant = z.strictObject({
  rooms: z.array(roomPattern).min(1).max(50),
  role: role.optional(),
  call: z.array(callRight).max(10).optional(),
  exp: z.number().min(0).max(8.64e12).optional(),
});
export type Grant = z.infer<typeof grant>;

export const grantsOfToken = z.array(grant).max(50);

/** Whether a pattern names the room. Takes no longer than the pattern is. */
export const matchesRoom = (pattern: string, room: RoomId): boolean =>
  pattern.endsWith('*') ? room.startsWith(pattern.slice(0, -1)) : room === pattern;
