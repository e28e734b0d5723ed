import {call as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
let cluster: CallCluster;
let ann: CallClient;
let bob: CallClient;
beforeEach(async () => {
  cluster = new CallCluster();
  ann = await cluster.client(cluster.node('a'), 'ann');
  bob = await cluster.client(cluster.node('b'), 'bob');
  await ann.join();
  await bob.join();
  await settled();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const updatesOf = (client: CallClient): unknown[] =>
  client.events(wire.peer).flatMap(({change, name, profile}) => (change === 'updated' ? [{name, ...profile}] : []));

test('[PEER7] a hand goes up once, is seen by all and by who comes later, and is lowered by its peer or a moderator', async () => {
  const at = cluster.clock.now();
  await bob.ask(people.hand, {room, raised: true});
  await cluster.clock.pass(1_000);
  await bob.ask(people.hand, {room, raised: true});
  await settled();
  for (const client of [ann, bob]) expect(updatesOf(client)).toMatchObject([{name: 'bob', handRaisedAt: at}]);
  const cas = await cluster.client(cluster.nodes[1]!, 'cas');
  const {peers} = await cas.join();
  expect(peers.map(({user, profile}) => [user, profile.handRaisedAt])).toEqual([
    ['ann', null],
    ['bob', at],
    ['cas', null],
  ]);
  await expect(cas.ask(people.handsLower, {room, peers: 'all'})).rejects.toMatchObject({code: 'forbidden'});
  await ann.ask(people.handsLower, {room, peers: 'all'});
  await settled();
  expect(updatesOf(bob).at(-1)).toMatchObject({name: 'bob', handRaisedAt: null});
});

test('[PEER8] reactions of a moment are told together, to all', async () => {
  for (const reaction of ['👏', '👏', '❤️']) await bob.ask(people.react, {room, reaction});
  await ann.ask(people.react, {room, reaction: '👏'});
  expect(ann.events(people.reactions)).toEqual([]);
  await cluster.clock.pass(250);
  await settled();
  for (const client of [ann, bob]) {
    expect(client.events(people.reactions)).toEqual([
      {
        room,
        reactions: [
          {peer: bob.session, reaction: '👏', count: 2},
          {peer: bob.session, reaction: '❤️', count: 1},
          {peer: ann.session, reaction: '👏', count: 1},
        ],
      },
    ]);
  }
});

test('[PEER9] a name and metadata are changed for all to see, and who comes later sees them', async () => {
  await bob.ask(people.profile, {room, name: 'Bob (Berlin)', metadata: {team: 'blue'}});
  await bob.ask(people.profile, {room, metadata: {team: 'red'}});
  await settled();
  expect(updatesOf(ann).at(-1)).toMatchObject({name: 'Bob (Berlin)', metadata: {team: 'red'}});
  const cas = await cluster.client(cluster.nodes[0]!, 'cas');
  const {peers} = await cas.join();
  expect(peers[1]).toMatchObject({user: 'bob', name: 'Bob (Berlin)', profile: {metadata: {team: 'red'}}});
  await bob.ask(people.profile, {room, name: null});
  await settled();
  expect(updatesOf(cas)).toMatchObject([{name: 'bob', metadata: {team: 'red'}}]);
  const long = Object.fromEntries(Array.from({length: 17}, (_, n) => [`k${n}`, '']));
  await expect(bob.ask(people.profile, {room, metadata: long})).rejects.toMatchObject({code: 'invalid_payload'});
});

test('[PEER16] a peer’s whims are limited, and those of others are not by that', async () => {
  const sent = await Promise.allSettled(Array.from({length: 14}, () => bob.ask(people.react, {room, reaction: '👏'})));
  expect(sent.filter(({status}) => status === 'rejected')).toHaveLength(2);
  await expect(bob.ask(people.hand, {room, raised: true})).rejects.toMatchObject({code: 'rate_limited'});
  await ann.ask(people.hand, {room, raised: true});
  await cluster.clock.pass(334);
  await bob.ask(people.hand, {room, raised: true});
});
