import type {Backstage, RoomRecord, ScheduledPush, SessionRecord} from '@parley/signaling';
import {emptyWatch} from '../empty-house.js';

const at = 1_800_000_000_000;

const room: RoomRecord = {
  room: 'den',
  title: 'The den',
  access: 'private',
  joinAs: 'member',
  slowModeMs: 500,
  videoCodecs: ['VP9', 'VP8'],
  members: 3,
  maxMembers: 100,
  createdAt: at,
};

const session: SessionRecord = {
  session: 'session-1',
  user: 'ana',
  name: 'Ana',
  device: 'phone',
  node: 'a-1',
  state: 'connected',
  createdAt: at,
  seenAt: at + 1,
  token: {},
  rooms: ['den', 'hall'],
  call: 'den',
};

const later = {id: 'p_1', sendAt: at, topic: 'order.shipped', target: {user: 'ana'}};
const waiting: ScheduledPush = {...later, data: [null, {order: 7}], fate: {state: 'waiting'}};
const refused: ScheduledPush = {...later, target: {all: true}, fate: {state: 'refused', code: 'unknown_room'}};
const report = {addressed: 3, reached: 2, stored: 1, refused: 0, browsers: 4, position: {epoch: 'e1', offset: 9}};
const sent: ScheduledPush = {...later, fate: {state: 'sent', report}};

const limits = {peers: 10, producers: 20, producersPerPeer: 3, bitrate: 0, videos: 4, voices: 5};

/** Answers every question with a sample, and remembers with which words it was asked; a failure is thrown instead. */
export class SampleBackstage implements Backstage {
  /** Name and arguments of each call. */
  readonly asked: unknown[][] = [];
  failure: Error | undefined;

  readonly rooms: Backstage['rooms'] = {
    create: this.#says('rooms.create', room),
    get: this.#says('rooms.get', room),
    list: this.#says('rooms.list', {rooms: [room], more: true}),
    update: this.#says('rooms.update', room),
    delete: this.#says('rooms.delete', undefined),
    setMember: this.#says('rooms.setMember', {
      user: 'ana',
      name: 'Ana',
      role: 'guest' as const,
      joinedAt: at,
      lent: false,
    }),
    removeMember: this.#says('rooms.removeMember', undefined),
    groups: this.#says('rooms.groups', new Map([['staff', 'admin' as const]])),
    setGroup: this.#says('rooms.setGroup', undefined),
  };

  readonly groups: Backstage['groups'] = {
    create: this.#says('groups.create', {group: 'staff', title: 'Staff', users: 0, createdAt: at}),
    get: this.#says('groups.get', {group: 'staff', title: 'Staff', users: 7, createdAt: at}),
    list: this.#says('groups.list', {groups: [{group: 'staff', title: 'Staff', users: 7, createdAt: at}], more: false}),
    remove: this.#says('groups.remove', undefined),
    users: this.#says('groups.users', {users: ['ana', 'bob'], more: true}),
    addUsers: this.#says('groups.addUsers', 2),
    removeUsers: this.#says('groups.removeUsers', 0),
    rooms: this.#says('groups.rooms', {rooms: [{room: 'den', role: 'member' as const}], more: false}),
  };

  readonly calls: Backstage['calls'] = {
    list: this.#says('calls.list', {
      calls: [{room: 'den', node: 'a-1', startedAt: at, peers: 2, producers: 3, waiting: 0}],
      more: true,
      missing: ['b-2'],
    }),
    get: this.#says('calls.get', {
      room: 'den',
      node: 'a-1',
      active: true,
      startedAt: at,
      locked: false,
      lobby: true,
      limits,
      peers: [
        {
          peer: 'session-1',
          user: 'ana',
          name: 'Ana',
          state: 'connected' as const,
          joinedAt: at,
          profile: {
            role: 'owner' as const,
            rights: ['join' as const, 'audio' as const],
            handRaisedAt: at,
            metadata: {seat: '7', colour: 'red'},
          },
        },
      ],
      producers: [
        {peer: 'session-1', producer: 'p1', kind: 'audio' as const, source: 'microphone' as const, paused: true},
      ],
      recording: {since: at, by: {user: 'ana', name: 'Ana'}, mixed: true},
      recordingEnded: {reason: 'stopped' as const, by: {user: 'bob', name: 'Bob'}},
      recordable: 'mixed' as const,
      waiting: [{session: 'session-2', user: 'bob', name: 'Bob', since: at}],
    }),
    set: this.#says('calls.set', {locked: true, lobby: false, limits}),
    admit: this.#says('calls.admit', undefined),
    deny: this.#says('calls.deny', undefined),
    mute: this.#says('calls.mute', undefined),
    kick: this.#says('calls.kick', undefined),
    end: this.#says('calls.end', undefined),
    move: this.#says('calls.move', {node: 'b-2'}),
    record: this.#says('calls.record', undefined),
  };

  readonly scheduled: Backstage['scheduled'] = {
    list: this.#says('scheduled.list', {pushes: [waiting, refused], cursor: '7:1'}),
    get: this.#says('scheduled.get', sent),
    cancel: this.#says('scheduled.cancel', undefined),
  };

  push = this.#says('push', {
    id: 'p_1',
    addressed: 3,
    reached: 2,
    stored: 2,
    refused: 1,
    browsers: 3,
    position: {epoch: 'e1', offset: 9},
    repeated: true,
    sendAt: at,
  });
  pushTogether = this.#says('pushTogether', [
    {id: 'p_1', addressed: 3, reached: 3, position: {epoch: 'e1', offset: 9}, repeated: false},
    {id: 'p_2', addressed: 3, reached: 3, position: {epoch: 'e1', offset: 10}, repeated: false},
  ]);
  pushOutcome = this.#says('pushOutcome', {
    id: 'p_1',
    at,
    expiresAt: at + 60_000,
    addressed: 3,
    reached: 2,
    acknowledged: 4,
    stored: 5,
    refused: 1,
    waiting: 0,
    superseded: 1,
    expired: 2,
    browsers: 3,
    browsersReached: 2,
    browsersFailed: 1,
  });
  kick = this.#says('kick', {sessions: 1});
  revokeTokens = this.#says('revokeTokens', {sessions: 4});
  sessionsOf = this.#says('sessionsOf', {sessions: [session], seenAt: at});
  history = this.#says('history', {
    epoch: 'e1',
    head: 12,
    tail: 1,
    entries: [
      {
        name: 'push.stored',
        epoch: 'e1',
        offset: 7,
        at,
        data: {id: 'p_1', topic: 'order.shipped', data: {order: 7, of: [null, true]}},
        json: JSON.stringify({id: 'p_1', topic: 'order.shipped', data: {order: 7, of: [null, true]}}),
      },
    ],
  });
  presenceOf = this.#says('presenceOf', [
    {
      user: 'ana',
      status: 'online' as const,
      devices: [{device: 'phone', status: 'away' as const}, {status: 'online' as const}],
    },
  ]);
  members = this.#says('members', {
    members: [{user: 'ana', name: 'Ana', role: 'owner' as const, joinedAt: at, presence: 'offline' as const}],
    cursor: 'ana',
  });

  watch = this.#says(
    'watch',
    emptyWatch(
      {event: 'snapshot', why: 'asked', at},
      {event: 'ready', at, position: 'w-1-7'},
      {
        event: 'presence',
        user: 'ana',
        status: 'online',
        devices: [{device: 'phone', status: 'away'}, {status: 'online'}],
        rooms: ['den'],
        at,
      },
      {
        event: 'session',
        session: 'session-1',
        user: 'ana',
        name: 'Ana',
        device: 'phone',
        node: 'a-1',
        state: 'away',
        rooms: ['den', 'hall'],
        call: 'den',
        at,
      },
      {event: 'call', room: 'den', state: 'running', at},
      {event: 'peer', room: 'den', session: 'session-1', user: 'ana', name: 'Ana', state: 'out', at, position: 'w-1-8'},
      {event: 'heartbeat', current: false, at},
    ),
  );

  #says<T>(name: string, answer: T): (...args: unknown[]) => Promise<T> {
    return (...args) => {
      this.asked.push([name, ...args]);
      return this.failure === undefined ? Promise.resolve(answer) : Promise.reject(this.failure);
    };
  }
}
