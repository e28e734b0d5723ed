import type {AddMemberOutcome, FeedEvent, Store} from '../../ports.js';

/** What the room is told of a coming or going. */
export const told = (user: string, change: string): FeedEvent => ({name: 'room.member', data: {user, change}});

export const join = (node: Store, room: string, user: string, name = user): Promise<AddMemberOutcome> =>
  node.rooms.addMember(room, {user, name}, told(user, 'joined'));

/** False if there is no membership. */
export async function leave(node: Store, room: string, user: string): Promise<boolean> {
  const member = await node.rooms.member(room, user);
  return member !== undefined && node.rooms.removeMember(room, member, told(user, 'left'));
}
