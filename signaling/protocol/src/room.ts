import {z} from 'zod';
import {event, request} from './definition.js';
import {displayName, epoch, offset, placed, position, roomId, timestamp, userId} from './primitives.js';
import {presenceStatus} from './presence.js';

export const roomTitle = z.string().trim().min(1).max(120);

/** How long a member waits between two messages; 0: not at all, at most six hours. */
export const slowModeMs = z.number().int().min(0).max(21_600_000);

export const roomSummary = z.strictObject({
  room: roomId,
  title: roomTitle,
  members: z.number().int().min(0),
  maxMembers: z.number().int().min(1),
  slowModeMs,
  createdAt: timestamp,
  /** Whether the asking user is a member. */
  joined: z.boolean(),
});
export type RoomSummary = z.infer<typeof roomSummary>;

export const memberSummary = z.strictObject({
  user: userId,
  name: displayName,
  joinedAt: timestamp,
  presence: presenceStatus,
});
export type MemberSummary = z.infer<typeof memberSummary>;

const cursor = z.string().min(1).max(256);

export const create = request('room.create', {
  doc: 'Creates a room and makes its creator a member. The session still has to join it to receive its events.',
  params: z.strictObject({
    room: roomId,
    title: roomTitle.optional(),
    maxMembers: z.number().int().min(1).max(1_000_000).optional(),
    slowModeMs: slowModeMs.optional(),
  }),
  result: roomSummary,
  errors: ['room_exists', 'too_many_rooms'],
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
  }),
  errors: ['unknown_room', 'room_full', 'too_many_rooms', 'forbidden'],
});

export const leave = request('room.leave', {
  doc: 'Ends the membership of the user and the subscription of all of their sessions. Leaving a room one is not in is fine.',
  params: z.strictObject({room: roomId}),
  result: z.strictObject({}),
  errors: ['unknown_room'],
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
  errors: ['unknown_room', 'not_joined'],
});

export const update = request('room.update', {
  doc: 'Changes settings of a joined room: what is not given stays. In slow mode a member waits `slowModeMs` between two messages. Members are told by `room.updated`.',
  params: z.strictObject({room: roomId, slowModeMs: slowModeMs.optional()}),
  result: roomSummary,
  errors: ['unknown_room', 'not_joined', 'forbidden'],
});

export const updated = event('room.updated', {
  doc: 'Somebody changed the room’s settings; these are the new ones.',
  delivery: 'stored',
  payload: z.strictObject({...placed, user: userId, name: displayName, slowModeMs}),
});

export const member = event('room.member', {
  doc: 'Somebody became a member or ceased to be one.',
  delivery: 'stored',
  payload: z.strictObject({...placed, user: userId, name: displayName, change: z.enum(['joined', 'left'])}),
});

export const reset = event('room.reset', {
  doc: 'The room’s log was lost or trimmed beyond what this session had: continuity is broken, the room continues from `head` of `epoch`. The client may load what there is by `chat.history`.',
  delivery: 'direct',
  payload: z.strictObject({room: roomId, epoch, head: offset, recovered: z.literal(false)}),
});
