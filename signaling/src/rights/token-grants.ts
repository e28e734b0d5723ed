import {matchesRoom, type CallRight, type Grant, type Role, type RoomId} from '@parley/protocol';

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

/** From the claim of a token, in which times are in seconds. */
export const grantsFromClaim = (claim: readonly Grant[]): readonly TokenGrant[] =>
  claim.map(({rooms, role, call, exp}) => ({
    rooms,
    ...(role !== undefined && {role}),
    ...(call !== undefined && {call}),
    ...(exp !== undefined && {expiresAt: Math.floor(exp * 1_000)}),
  }));

/** As a token would claim them. */
export const grantsToClaim = (grants: readonly TokenGrant[]): Grant[] =>
  grants.map(({rooms, role, call, expiresAt}) => ({
    rooms: [...rooms],
    ...(role !== undefined && {role}),
    ...(call !== undefined && {call: [...call]}),
    ...(expiresAt !== undefined && {exp: expiresAt / 1_000}),
  }));

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
