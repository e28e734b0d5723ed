import {call, callRights, requests, roles, type CallRight, type RequestName, type Role} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {readableToken, someCapabilities, someDtls, someRtpParameters} from '../testing/index.js';
import {callRightsOf, policy, reaches, reachOf} from './policy.js';
import type {TokenGrant} from './token-grants.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const room = 'den';
const media = 'media-1';

/** One of each request, in order; what acts on somebody acts on `victim`, and gives the role of a guest. */
const asked: Readonly<Record<RequestName, object>> = {
  'session.ping': {},
  'session.list': {},
  'session.refresh': {token: readableToken({user: 'somebody', name: 'Else'})},
  'session.rename': {device: 'desk'},
  'session.signOut': {session: 's_nobody-there'},
  'session.signOutOthers': {},
  'session.end': {},
  'push.ack': {upTo: {epoch: 'e', offset: 1}},
  'webPush.state': {},
  'webPush.subscribe': {endpoint: 'https://push.example/1', keys: {p256dh: 'p'.repeat(87), auth: 'a'.repeat(22)}},
  'webPush.unsubscribe': {id: 'a'.repeat(22)},
  'webPush.setPolicy': {policy: {when: 'never'}},
  'room.list': {},
  'room.create': {room},
  'room.join': {room},
  'room.leave': {room},
  'room.members': {room},
  'room.invite': {room, user: 'victim', role: 'guest'},
  'room.setRole': {room, user: 'victim', role: 'guest'},
  'room.remove': {room, user: 'victim'},
  'room.update': {room, title: 'Den'},
  'room.groups': {room},
  'room.setGroup': {room, group: 'staff'},
  'chat.history': {room},
  'chat.send': {room, id: 'm1', text: 'hi'},
  'chat.typing': {room, typing: true},
  'presence.get': {users: ['victim']},
  'presence.room.subscribe': {room},
  'presence.room.unsubscribe': {room},
  'presence.users.subscribe': {users: ['victim']},
  'presence.users.unsubscribe': {},
  'call.prepare': {room},
  'call.join': {room, id: 'j1', rtpCapabilities: someCapabilities},
  'call.sync': {room},
  'call.leave': {room},
  'call.transport.create': {room, id: 't1', direction: 'send'},
  'call.transport.connect': {room, transport: media, dtlsParameters: someDtls},
  'call.transport.restartIce': {room, transport: media, generation: 1},
  'call.produce': {
    room,
    id: 'p1',
    transport: media,
    kind: 'audio',
    source: 'microphone',
    rtpParameters: someRtpParameters,
  },
  'call.producer.pause': {room, producer: media},
  'call.producer.resume': {room, producer: media},
  'call.producer.close': {room, producer: media},
  'call.subscribe': {room, transport: media, producers: 'all'},
  'call.consumers.ready': {room, consumers: [media]},
  'call.consumer.set': {room, consumer: media},
  'call.follow': {room, topics: []},
  'call.receive': {room},
  'call.data.produce': {
    room,
    id: 'd1',
    transport: media,
    label: 'notes',
    sctpStreamParameters: {streamId: 0, ordered: true},
  },
  'call.data.close': {room, dataProducer: media},
  'call.data.ready': {room, dataConsumers: [media]},
  'call.knock': {room},
  'call.get': {room},
  'call.hand': {room, raised: true},
  'call.react': {room, reaction: '👍'},
  'call.profile': {room, name: 'Somebody'},
  'call.admit': {room, sessions: 'all'},
  'call.deny': {room, sessions: 'all'},
  'call.lock': {room, locked: true},
  'call.lobby': {room, enabled: true},
  'call.mute': {room, peers: 'all'},
  'call.hands.lower': {room, peers: 'all'},
  'call.kick': {room, peer: 's_nobody-there'},
  'call.end': {room},
  'call.simulate': {room, mishap: {kind: 'signaling'}},
  'call.record': {room, recording: false},
  'call.limits': {room, peers: 10},
};

interface Case {
  readonly name: string;
  readonly grants?: readonly TokenGrant[];
  /** What the grants make of the role that the room gave, and of the rights in calls. */
  readonly role: (role: Role) => Role;
  readonly call: (role: Role) => readonly CallRight[];
}

const cases: readonly Case[] = [
  {name: 'no grants', role: (role) => role, call: (role) => callRightsOf[role]},
  {name: 'the room', grants: [{rooms: ['d*']}], role: (role) => role, call: (role) => callRightsOf[role]},
  ...roles.map((given): Case => ({
    name: `the role ${given}`,
    grants: [{rooms: [room], role: given}],
    role: () => given,
    call: () => callRightsOf[given],
  })),
  ...[[], ...callRights.map((right) => [right])].map((rights): Case => ({
    name: `only ${rights.join() || 'nothing'} in calls`,
    grants: [{rooms: ['*'], call: rights}],
    role: (role) => role,
    call: () => rights,
  })),
];

/** The table, read once more and otherwise than the server reads it. */
function isAllowed(name: RequestName, role: Role, rights: readonly CallRight[]): boolean {
  const rule = policy[name];
  if (rule.who === 'everyone' || rule.who === 'comer') return true;
  if (!reaches(role, rule.who)) return false;
  if (rule.call !== undefined) {
    if (!rights.includes(rule.call === 'source' ? call.rightToPublish.microphone : rule.call)) return false;
  }
  return (rule.gives ?? rule.upon) === undefined || reachOf[role].includes('guest');
}

test('[PERM1] every request, by every role, with every kind of grant, is answered as the table says', async () => {
  cluster = new HubCluster(1);
  const node = cluster.node(0);
  const {rooms} = node.store;
  const told = {name: 'room.member', data: {}};
  await rooms.create({room, title: room, maxMembers: 10_000});
  expect(Object.keys(asked).sort()).toEqual([...requests.keys()].sort());
  const differing: string[] = [];
  let n = 0;
  for (const {name: grantName, grants, role: roleBy, call: callBy} of cases) {
    for (const own of roles) {
      for (const request of Object.keys(asked) as RequestName[]) {
        n += 1;
        const user = `user-${n}`;
        const as = {kind: 'own', role: own} as const;
        await rooms.addMember(room, {user, name: user, as}, told);
        await rooms.addMember(room, {user: 'victim', name: 'Victim', as: {kind: 'own', role: 'guest'}}, told);
        const client = await node.connect({user, name: user, ...(grants && {grants})});
        await client.ask('room.join', {room});
        const answer = await client.ask(request, asked[request]);
        const refused = !answer.ok && ['forbidden', 'not_joined'].includes(answer.error.code);
        // Another user's token is refused by what it is, and not by the table.
        const expected = request === 'session.refresh' || isAllowed(request, roleBy(own), callBy(roleBy(own)));
        if (refused === expected && request !== 'session.refresh')
          differing.push(`${request} by ${own} with ${grantName}: ${answer.ok ? 'ok' : answer.error.code}`);
        await client.drop();
      }
    }
  }
  expect(differing).toEqual([]);
  expect(n).toBe(cases.length * roles.length * requests.size);
  expect(call.mediaSource.options.map((source) => call.rightToPublish[source])).toEqual([
    'audio',
    'video',
    'screen',
    'screen',
  ]);
}, 60_000);
