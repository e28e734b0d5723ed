import type {ErrorCode} from '@parley/protocol';

const room: readonly ErrorCode[] = ['unknown_room', 'room_deleted'];
const group: readonly ErrorCode[] = ['unknown_group'];
const call: readonly ErrorCode[] = ['unknown_room', 'room_deleted', 'unknown_call'];
const receiver: readonly ErrorCode[] = ['unknown_receiver'];

/** What the house may refuse any verb with: the store or another node is away. */
export const errorsOfAll: readonly ErrorCode[] = ['unavailable', 'timeout'];

/** What it may refuse each verb with besides. One line for each verb. */
export const errorsOf: Readonly<Record<string, readonly ErrorCode[]>> = {
  'push.send': ['unknown_room', 'room_deleted', 'unknown_group', 'conflict', 'inbox_full', 'too_large', 'rate_limited'],
  'push.get': ['unknown_push'],
  'scheduled.list': [],
  'scheduled.get': ['unknown_push'],
  'scheduled.cancel': ['unknown_push', 'conflict'],
  'rooms.list': [],
  'rooms.create': ['room_exists', 'too_many_rooms'],
  'rooms.get': room,
  'rooms.update': room,
  'rooms.delete': room,
  'rooms.history': room,
  'members.set': ['unknown_room', 'room_deleted', 'room_full', 'too_many_rooms'],
  'members.remove': ['unknown_room', 'room_deleted', 'unknown_member'],
  'rooms.groups.list': room,
  'rooms.groups.set': ['unknown_room', 'room_deleted', 'unknown_group', 'too_many_groups'],
  'rooms.groups.remove': ['unknown_room', 'room_deleted', 'unknown_group'],
  'groups.list': [],
  'groups.create': ['group_exists', 'too_many_groups'],
  'groups.get': group,
  'groups.remove': group,
  'groups.users.list': group,
  'groups.users.add': ['unknown_group', 'group_full'],
  'groups.users.remove': group,
  'groups.rooms.list': group,
  'calls.list': [],
  'calls.get': room,
  'calls.update': call,
  'calls.mute': call,
  'calls.kick': call,
  'calls.admit': call,
  'calls.deny': call,
  'calls.move': [...call, 'invalid_payload', 'overloaded'],
  'calls.recording.start': [...call, 'recording_unavailable'],
  'calls.recording.stop': call,
  'calls.end': call,
  'presence.user': [],
  'presence.users': [],
  'presence.room': room,
  'sessions.list': [],
  'users.kick': [],
  'sessions.kick': ['unknown_session'],
  'tokens.revoke': [],
  'webhooks.list': [],
  'webhooks.parked': receiver,
  'webhooks.replay': receiver,
  'webhooks.discard': receiver,
  'webhooks.ping': receiver,
};
