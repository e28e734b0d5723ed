import {z} from 'zod';
import {videoCodecs} from './codecs.js';
import {event, request} from './definition.js';
import {displayName, epoch, groupId, offset, placed, position, roomId, timestamp, userId} from './primitives.js';
import {presenceStatus} from './presence.js';
import {access, joinAs, role, standing} from './role.js';

export const roomTitle = z.string().trim().min(1).max(120);

/** What people call a group of users. */
export const groupTitle = z.string().trim().min(1).max(120);

/** How long a member waits between two messages; 0: not at all, at most six hours. */
export const slowModeMs = z.number().int().min(0).max(21_600_000);

export const roomSummary = z.strictObject({
  room: roomId,
  title: roomTitle,
  members: z.number().int().min(0),
  maxMembers: z.number().int().min(1),
  slowModeMs,
  createdAt: timestamp,
  access,
  joinAs,
  videoCodecs,
  /** Whether the asking user is a member. */
  joined: z.boolean(),
});
export type RoomSummary = z.infer<typeof roomSummary>;

export const memberSummary = z.strictObject({
  user: userId,
  name: displayName,
  /** What the room or one of its groups made of them, whichever is higher. */
  role,
  joinedAt: timestamp,
  presence: presenceStatus,
});
export type MemberSummary = z.infer<typeof memberSummary>;

const cursor = z.string().min(1).max(256);

export const create = request('room.create', {
  doc: 'Creates a room and makes its creator a member, and its owner. Anybody may join it unless `access` says otherwise. The session still has to join it to receive its events.',
  params: z.strictObject({
    room: roomId,
    title: roomTitle.optional(),
    maxMembers: z.number().int().min(1).max(1_000_000).optional(),
    slowModeMs: slowModeMs.optional(),
    access: access.optional(),
    joinAs: joinAs.optional(),
    videoCodecs: videoCodecs.optional(),
  }),
  result: roomSummary,
  errors: ['room_exists', 'too_many_rooms', 'forbidden'],
});

export const join = request('room.join', {
  doc: 'Makes the user a member and subscribes this session. With `since`, what was missed is replayed after the answer if `recovered` is true; otherwise the room continues from `head`. Joining twice is one join.',
  params: z.strictObject({room: roomId, since: position.optional()}),
  result: z.strictObject({
    room: roomSummary,
    epoch,
    head: offset,
    recovered: z.boolean(),
    /** Peers in the room's call at this moment; 0 if there is none. */
    callPeers: z.number().int().min(0),
    /** What this session may do in the room. */
    standing,
  }),
  errors: ['unknown_room', 'room_deleted', 'room_full', 'too_many_rooms', 'forbidden', 'denied', 'overloaded'],
});

export const leave = request('room.leave', {
  doc: 'Ends the membership of the user and the subscription of all of their sessions. Leaving a room one is not in is fine.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({}),
  errors: ['unknown_room', 'room_deleted', 'forbidden'],
});

export const list = request('room.list', {
  doc: 'Rooms by name, page by page.',
  params: z.strictObject({cursor: cursor.optional(), limit: z.number().int().min(1).max(200).optional()}),
  result: z.strictObject({rooms: z.array(roomSummary), cursor: cursor.optional()}),
});

export const members = request('room.members', {
  doc: 'Members of a joined room with their presence, page by page.',
  params: z.strictObject({room: roomId, cursor: cursor.optional(), limit: z.number().int().min(1).max(200).optional()}),
  result: z.strictObject({members: z.array(memberSummary), cursor: cursor.optional()}),
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden'],
});

const empty = z.strictObject({});

export const update = request('room.update', {
  doc: 'Changes what is given of a joined room; what is not given stays. Members are told by `room.updated`. In slow mode a member waits `slowModeMs` between two messages. Of `videoCodecs` clients publish with the first that they have; what is published already stays. Who is a member already stays one when a room is closed.',
  params: z.strictObject({
    room: roomId,
    title: roomTitle.optional(),
    access: access.optional(),
    joinAs: joinAs.optional(),
    slowModeMs: slowModeMs.optional(),
    videoCodecs: videoCodecs.optional(),
  }),
  result: roomSummary,
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden'],
});

export const invite = request('room.invite', {
  doc: 'Makes a user a member, with the role that joining gives or another that the session may give. Who is a member already stays what they are. Their sessions still have to join.',
  params: z.strictObject({room: roomId, user: userId, role: role.optional()}),
  result: empty,
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden', 'room_full', 'too_many_rooms'],
});

export const setRole = request('room.setRole', {
  doc: 'Gives a member another role. Both the present and the new one must be among those that the session may give.',
  params: z.strictObject({room: roomId, user: userId, role}),
  result: empty,
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden', 'unknown_member'],
});

export const remove = request('room.remove', {
  doc: 'Ends a member’s membership; the room is told by `room.member`. Their sessions are told by `room.removed`, and nothing of the room reaches them afterwards. Of an open room they may become a member again.',
  params: z.strictObject({room: roomId, user: userId}),
  result: empty,
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden', 'unknown_member'],
});

export const groupsPerRoom = 20;

const groupRole = z.strictObject({group: groupId, role});

export const groups = request('room.groups', {
  doc: 'The groups of users that have a role in the room.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({groups: z.array(groupRole)}),
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden'],
});

export const setGroup = request('room.setGroup', {
  doc: 'Gives everybody in a group of users a role in the room, or takes it away if none is given. A group’s role lets its users in, however closed the room is. At most 20 groups a room.',
  params: z.strictObject({room: roomId, group: groupId, role: role.optional()}),
  result: empty,
  errors: ['unknown_room', 'room_deleted', 'not_joined', 'forbidden', 'unknown_group', 'too_many_groups'],
});

export const member = event('room.member', {
  doc: 'Somebody became a member, ceased to be one or was given another role. `role` is their role from then on, or the one that they had. `by` is whoever removed them or gave the role; without it, the backend did.',
  delivery: 'stored',
  payload: z.strictObject({
    ...placed,
    user: userId,
    name: displayName,
    change: z.enum(['joined', 'left', 'removed', 'role']),
    role,
    by: userId.optional(),
  }),
});

export const updated = event('room.updated', {
  doc: 'Somebody changed the room’s settings, or, without a user, the backend did; these are the new ones.',
  delivery: 'stored',
  payload: z.strictObject({
    ...placed,
    user: userId.optional(),
    name: displayName.optional(),
    title: roomTitle,
    slowModeMs,
    access,
    joinAs,
    videoCodecs,
  }),
});

export const deleted = event('room.deleted', {
  doc: 'The room was deleted: the last of its events. Each session in it is told by `room.removed` besides.',
  delivery: 'stored',
  payload: z.strictObject(placed),
});

export const rights = event('room.rights', {
  doc: 'What this session may do in the room changed; it takes effect with this event.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, standing}),
});

export const removed = event('room.removed', {
  doc: 'This session is no longer in the room, and nothing of it follows. `left`: the user left by another session. `removed`: somebody (`by`) or the backend ended the membership. `expired`: the token’s grant for it ended. `closed`: neither the room, nor a group, nor the token lets the user in any more. `deleted`: there is no such room any more.',
  delivery: 'direct',
  payload: z.strictObject({
    room: roomId,
    reason: z.enum(['left', 'removed', 'expired', 'closed', 'deleted']),
    by: userId.optional(),
  }),
});

export const reset = event('room.reset', {
  doc: 'The room’s log was lost or trimmed beyond what this session had: continuity is broken, the room continues from `head` of `epoch`. The client may load what there is by `chat.history`.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, epoch, head: offset, recovered: z.literal(false)}),
});
