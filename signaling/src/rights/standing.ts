import {
  callRights,
  roles,
  type Access,
  type CallRight,
  type JoinAs,
  type Role,
  type RoomId,
  type Standing,
} from '@parley/protocol';
import {callRightsOf, policy, reaches, reachOf} from './policy.js';
import {grantsFor, type TokenGrant} from './token-grants.js';

/** What a room says of one user: whatever their token may add or take away. */
export interface RoomWord {
  /** The membership's role, unless it is lent. */
  readonly own: Role | undefined;
  /** The highest of their groups. */
  readonly group: Role | undefined;
  readonly access: Access;
  readonly joinAs: JoinAs;
}

export type Verdict =
  | {readonly admitted: true; readonly standing: Standing}
  /** `expired`: a grant for the room was there and has ended. `closed`: nothing lets the session in. */
  | {readonly admitted: false; readonly reason: 'expired' | 'closed'};

/** The highest of some roles, if there are any. */
export function highest(some: readonly (Role | undefined)[]): Role | undefined {
  return roles.find((role) => some.includes(role));
}

/**
 * What a session may do in a room: by the room's word, and by the grants of its token, if that has any. A token with
 * grants is good for the rooms that they name and no others; the role and the call rights that they give count in the
 * place of the room's.
 */
export function judge(
  room: RoomId,
  {own, group, access, joinAs}: RoomWord,
  grants: readonly TokenGrant[] | undefined,
  now: number,
): Verdict {
  const byRoom = highest([own ?? (access === 'open' ? joinAs : undefined), group]);
  if (grants === undefined) {
    return byRoom === undefined
      ? {admitted: false, reason: 'closed'}
      : {admitted: true, standing: standingOf(byRoom, callRightsOf[byRoom])};
  }
  const {live, expired} = grantsFor(room, grants, now);
  if (live.length === 0) return {admitted: false, reason: expired ? 'expired' : 'closed'};
  const role = highest(live.map((grant) => grant.role)) ?? byRoom ?? joinAs;
  return {
    admitted: true,
    standing: standingOf(
      role,
      live.flatMap(({call}) => call ?? callRightsOf[role]),
    ),
  };
}

const known = new Map<string, Standing>();

/** One object for all who stand alike: there is a standing for every session in every room. */
function standingOf(role: Role, call: readonly CallRight[]): Standing {
  const inOrder = callRights.filter((right) => call.includes(right));
  const key = [role, ...inOrder].join(' ');
  const found = known.get(key);
  if (found) return found;
  const standing = {role, may: mayOf(role), over: [...reachOf[role]], call: inOrder};
  known.set(key, standing);
  return standing;
}

/** Requests that take more than being in the room; those of calls go by the rights in calls. */
function mayOf(role: Role): string[] {
  return Object.entries(policy)
    .filter(([, {who}]) => who !== 'everyone' && who !== 'comer' && who !== 'guest' && reaches(role, who))
    .map(([name]) => name);
}
