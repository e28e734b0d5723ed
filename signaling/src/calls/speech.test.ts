import {call as wire, callNews} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
let owner: CallNode;
let other: CallNode;
let ann: CallClient;
let bob: CallClient;
let voices: Record<'ann' | 'bob', string>;

beforeEach(async () => {
  cluster = new CallCluster();
  owner = cluster.node('a');
  other = cluster.node('b');
  ann = await cluster.client(owner, 'ann');
  bob = await cluster.client(other, 'bob');
  const {send: anns} = await ann.enter();
  const {send: bobs} = await bob.enter();
  voices = {ann: await ann.publish(anns), bob: await bob.publish(bobs)};
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const media = () => [...owner.media.rooms][0]!;
const follow = (client: CallClient, ...topics: callNews.CallTopic[]) =>
  client.ask(callNews.follow, {room: 'den', topics});
const speakers = (client: CallClient): (string | null)[] => client.events(callNews.speaker).map(({peer}) => peer);
const speaks = async (who: 'ann' | 'bob'): Promise<void> => {
  media().say({kind: 'speaker', producer: voices[who]});
  await settled();
};

test('[CALL19] who speaks is told to those who follow it, on any node, and what stands when they begin', async () => {
  await speaks('ann');
  expect([speakers(ann), speakers(bob)]).toEqual([[], []]);
  await follow(bob, 'speaker');
  expect(speakers(bob)).toEqual([ann.session]);
  await speaks('bob');
  await speaks('bob');
  expect([speakers(ann), speakers(bob)]).toEqual([[], [ann.session, bob.session]]);
  await follow(bob);
  await speaks('ann');
  expect(speakers(bob)).toHaveLength(2);
});

test('[CALL19] a speaker that leaves is none any more, and one missed while away is in the answer to sync', async () => {
  await follow(bob, 'speaker');
  bob.drop();
  await speaks('ann');
  await bob.connect(owner);
  expect((await bob.ask(wire.sync, {room: 'den'})).speaker).toBe(ann.session);
  await ann.ask(wire.leave, {room: 'den'});
  await settled();
  expect(speakers(bob)).toEqual([null]);
  expect((await bob.ask(wire.sync, {room: 'den'})).speaker).toBeNull();
});

test('[CALL20] levels go to those who follow them, and are measured only then', async () => {
  const levels = (client: CallClient) => client.events(callNews.levels).map((told) => told.levels);
  const measured = async (level: number): Promise<void> => {
    media().say({
      kind: 'levels',
      levels: [
        {producer: voices.ann, level},
        {producer: 'gone', level: -50},
      ],
    });
    await settled();
  };
  expect(media().levelsFollowed).toBe(false);
  await follow(ann, 'levels');
  await follow(bob, 'levels');
  expect(media().levelsFollowed).toBe(true);
  await measured(-20);
  expect([levels(ann), levels(bob)]).toEqual(Array(2).fill([[{peer: ann.session, level: -20}]]));
  bob.drop();
  await measured(-30);
  await bob.connect(other);
  await bob.ask(wire.sync, {room: 'den'});
  await measured(-40);
  expect(levels(bob).map(([loudest]) => loudest?.level)).toEqual([-20, -40]);
  await follow(ann);
  expect(media().levelsFollowed).toBe(true);
  await bob.ask(wire.leave, {room: 'den'});
  expect(media().levelsFollowed).toBe(false);
});
