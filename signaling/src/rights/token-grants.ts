import {matchesRoom, type CallRight, type Role, type RoomId} from '@parley/protocol';

/** What a verified token grants in some rooms. */
export interface TokenGrant {
  /** Names and beginnings of names: see `roomPattern` of the protocol. */
  readonly rooms: readonly string[];
  /** In the place of the role that the room gives. */
  readonly role?: Role;
  /** In the place of the rights in calls that the role gives. */
  readonly call?: readonly CallRight[];
  /** Milliseconds since the Unix epoch; without it, as long as the token. */
  readonly expiresAt?: number;
}

const isLive = ({expiresAt = Infinity}: TokenGrant, now: number): boolean => now < expiresAt;

/** The grants that name the room and hold; and whether there were some that do not hold any more. */
export function grantsFor(
  room: RoomId,
  grants: readonly TokenGrant[],
  now: number,
): {readonly live: readonly TokenGrant[]; readonly expired: boolean} {
  const named = grants.filter(({rooms}) => rooms.some((pattern) => matchesRoom(pattern, room)));
  const live = named.filter((grant) => isLive(grant, now));
  return {live, expired: live.length < named.length};
}

/** When the next of the grants ends, if one does. */
export function nextExpiry(grants: readonly TokenGrant[], now: number): number | undefined {
  const ends = grants.flatMap(({expiresAt}) => (expiresAt !== undefined && expiresAt > now ? [expiresAt] : []));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
