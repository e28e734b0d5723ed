import type {Fields} from './door.js';

/** A question that is served, and questions that are refused for a field. */
export interface Case {
  readonly verb: string;
  readonly fields: Fields;
  /** What the house is asked for: once, unless this says otherwise. */
  readonly asks?: number;
  /** What replaces fields (undefined takes one away), and the field that is refused then. */
  readonly wrong: readonly (readonly [change: Fields, field: string])[];
}

const aRoom = [{room: 'no blanks'}, 'room'] as const;
const aGroup = [{group: '{braces}'}, 'group'] as const;
const aUser = [{user: ' '}, 'user'] as const;
const pages = [
  [{limit: 0}, 'limit'],
  [{limit: 501}, 'limit'],
  [{cursor: ''}, 'cursor'],
] as const;

/** One for each verb. */
export const cases: readonly Case[] = [
  {
    verb: 'push.send',
    fields: {
      target: {room: 'den'},
      topic: 'order.shipped',
      data: {order: 7, of: [null, 'x', 1.5]},
      store: true,
      key: 'k1',
    },
    wrong: [
      [{target: {room: 'no blanks'}}, 'target.room'],
      [{target: {}}, 'target.user'],
      [{target: undefined}, 'target'],
      [{topic: ''}, 'topic'],
      [{data: undefined}, 'data'],
      [{key: '{}'}, 'key'],
      [{except: {users: ['a b']}}, 'except.users.0'],
      [{ttlMs: 999}, 'ttlMs'],
      [{collapseKey: '{}'}, 'collapseKey'],
      [{notify: {title: ''}}, 'notify.title'],
      [{priority: 'urgent'}, 'priority'],
      [{notify: {title: 'Late', url: '//elsewhere.example'}}, 'notify.url'],
      [{sendAt: 1_800_000_000}, 'sendAt'],
      [{delayMs: 2 ** 40}, 'delayMs'],
    ],
  },
  {
    verb: 'batch',
    fields: {
      items: [
        {push: {target: {room: 'den'}, topic: 'a', data: {n: [1]}, store: true, key: 'k1'}},
        {removeMember: {room: 'den', user: 'ana'}},
        {push: {target: {room: 'den'}, topic: 'b', data: null, store: true}},
        {push: {target: {user: 'ana'}, topic: 'c', data: 'x'}},
        {push: {target: {user: 'ana'}, topic: '', data: 7}},
        {kickUser: {user: 'ana', message: 'Good bye'}},
        {addGroupUsers: {group: 'staff', users: ['ana', 'bob']}},
        {createRoom: {room: 'den', access: 'private'}},
        {revokeTokens: {user: 'ana', issuedBefore: 1_800_000_000_000}},
        {muteCall: {room: 'den', peers: 'all', sources: ['camera']}},
        {muteCall: {room: 'den', peers: ['session-1']}},
        {kickPeer: {room: 'den', peer: 'session-1'}},
        {endCall: {room: 'hall'}},
        {cancelPush: {id: 'p_1'}},
      ],
    },
    asks: 12,
    wrong: [
      [{items: []}, 'items'],
      [{items: undefined}, 'items'],
    ],
  },
  {verb: 'push.get', fields: {id: 'p_1'}, wrong: [[{id: 'no blanks'}, 'id']]},
  {verb: 'scheduled.list', fields: {limit: 2, cursor: '7:1'}, wrong: pages},
  {verb: 'scheduled.get', fields: {id: 'p_1'}, wrong: [[{id: 'no blanks'}, 'id']]},
  {verb: 'scheduled.cancel', fields: {id: 'p_1'}, wrong: [[{id: 'no blanks'}, 'id']]},
  {verb: 'rooms.list', fields: {limit: 1, cursor: 'a'}, wrong: pages},
  {
    verb: 'rooms.create',
    fields: {room: 'den', title: 'The den', access: 'private', videoCodecs: ['VP9']},
    wrong: [
      aRoom,
      [{access: 'ajar'}, 'access'],
      [{joinAs: 'owner'}, 'joinAs'],
      [{videoCodecs: ['DivX']}, 'videoCodecs.0'],
    ],
  },
  {verb: 'rooms.get', fields: {room: 'den'}, wrong: [aRoom]},
  {
    verb: 'rooms.update',
    fields: {room: 'den', slowModeMs: 500, joinAs: 'guest'},
    wrong: [aRoom, [{slowModeMs: 21_600_001}, 'slowModeMs'], [{title: ''}, 'title']],
  },
  {verb: 'rooms.delete', fields: {room: 'den'}, wrong: [aRoom]},
  {
    verb: 'rooms.history',
    fields: {room: 'den', after: 0, limit: 7},
    wrong: [aRoom, [{before: 5}, 'after'], [{limit: 201}, 'limit'], [{limit: 0}, 'limit']],
  },
  {
    verb: 'members.set',
    fields: {room: 'den', user: 'ana', role: 'guest', name: 'Ana'},
    wrong: [aRoom, aUser, [{role: 'king'}, 'role']],
  },
  {verb: 'members.remove', fields: {room: 'den', user: 'ana'}, wrong: [aRoom, aUser]},
  {verb: 'rooms.groups.list', fields: {room: 'den'}, wrong: [aRoom]},
  {
    verb: 'rooms.groups.set',
    fields: {room: 'den', group: 'staff', role: 'admin'},
    wrong: [aRoom, aGroup, [{role: undefined}, 'role']],
  },
  {verb: 'rooms.groups.remove', fields: {room: 'den', group: 'staff'}, wrong: [aRoom, aGroup]},
  {verb: 'groups.list', fields: {}, wrong: pages},
  {verb: 'groups.create', fields: {group: 'staff', title: 'Staff'}, wrong: [aGroup, [{title: ''}, 'title']]},
  {verb: 'groups.get', fields: {group: 'staff'}, wrong: [aGroup]},
  {verb: 'groups.remove', fields: {group: 'staff'}, wrong: [aGroup]},
  {verb: 'groups.users.list', fields: {group: 'staff', limit: 2}, wrong: [aGroup, ...pages]},
  {
    verb: 'groups.users.add',
    fields: {group: 'staff', users: ['ana', 'bob']},
    wrong: [aGroup, [{users: ['ana', 'b b']}, 'users.1'], [{users: many(501)}, 'users']],
  },
  {verb: 'groups.users.remove', fields: {group: 'staff', users: ['ana']}, wrong: [aGroup, [{users: ['']}, 'users.0']]},
  {verb: 'groups.rooms.list', fields: {group: 'staff'}, wrong: [aGroup, ...pages]},
  {verb: 'calls.list', fields: {limit: 500}, wrong: pages},
  {verb: 'calls.get', fields: {room: 'den'}, wrong: [aRoom]},
  {
    verb: 'calls.update',
    fields: {room: 'den', locked: true, limits: {peers: 5, bitrate: null, videos: 0}},
    wrong: [aRoom, [{limits: {peers: 2 ** 60}}, 'limits.peers']],
  },
  {
    verb: 'calls.mute',
    fields: {room: 'den', peers: 'all', sources: ['camera', 'screen']},
    wrong: [aRoom, [{sources: ['nose']}, 'sources.0']],
  },
  {verb: 'calls.kick', fields: {room: 'den', peer: 'session-1'}, wrong: [aRoom, [{peer: ''}, 'peer']]},
  {verb: 'calls.admit', fields: {room: 'den', sessions: ['session-1', 'session-2']}, wrong: [aRoom]},
  {verb: 'calls.deny', fields: {room: 'den', sessions: 'all'}, wrong: [aRoom]},
  {verb: 'calls.move', fields: {room: 'den', node: 'b-2', otherWorker: true}, wrong: [aRoom, [{node: ''}, 'node']]},
  {verb: 'calls.recording.start', fields: {room: 'den', mixed: true}, wrong: [aRoom]},
  {verb: 'calls.recording.stop', fields: {room: 'den'}, wrong: [aRoom]},
  {verb: 'calls.end', fields: {room: 'den'}, wrong: [aRoom]},
  {verb: 'presence.user', fields: {user: 'ana'}, wrong: [aUser]},
  {verb: 'presence.users', fields: {users: ['ana', 'bob']}, wrong: [[{users: many(501)}, 'users']]},
  {verb: 'presence.room', fields: {room: 'den', cursor: 'a', limit: 1}, wrong: [aRoom, ...pages]},
  {verb: 'sessions.list', fields: {user: 'ana'}, wrong: [aUser]},
  {
    verb: 'users.kick',
    fields: {user: 'ana', message: ' Good bye ', except: 'session-1'},
    wrong: [aUser, [{message: 'x'.repeat(201)}, 'message']],
  },
  {verb: 'sessions.kick', fields: {session: 'session-1'}, wrong: [[{message: ' '}, 'message']]},
  {
    verb: 'tokens.revoke',
    fields: {user: 'ana', issuedBefore: 1_800_000_000_000, until: 1_900_000_000_000},
    wrong: [
      [{user: 'a b'}, 'user'],
      [{issuedBefore: 1_800_000_000}, 'issuedBefore'],
    ],
  },
  {verb: 'webhooks.list', fields: {}, wrong: []},
  {
    verb: 'webhooks.parked',
    fields: {receiver: 'crm', limit: 7},
    wrong: [[{receiver: 'x'.repeat(33)}, 'receiver'], ...pages],
  },
  {
    verb: 'webhooks.replay',
    fields: {receiver: 'crm', ids: ['w_1', 'den/e/7']},
    wrong: [
      [{ids: ['']}, 'ids.0'],
      [{ids: many(1_001)}, 'ids'],
    ],
  },
  {verb: 'webhooks.discard', fields: {receiver: 'crm', ids: ['w_1']}, wrong: [[{ids: ['']}, 'ids.0']]},
  {verb: 'webhooks.ping', fields: {receiver: 'crm'}, wrong: [[{receiver: 'x'.repeat(33)}, 'receiver']]},
  {verb: 'info.get', fields: {}, asks: 0, wrong: []},
];

function many(count: number): string[] {
  return Array.from({length: count}, (_, n) => `u${n}`);
}
