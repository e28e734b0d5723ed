import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';

let cluster: CallCluster;
let owner: CallNode;
let ann: CallClient;
let crowd: CallClient[];

beforeEach(async () => {
  cluster = new CallCluster({
    calls: {peers: 40, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 0, voices: 0},
  });
  owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  await ann.enter();
  crowd = [];
  for (let each = 0; each < 30; each += 1) crowd.push(await cluster.client(owner, `peer-${each}`));
});
afterEach(async () => {
  for (const client of [ann, ...crowd]) expect(client.view.contradictions).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const everything = (): string[] => [ann, ...crowd].map(({view}) => [...view.peers.keys()].toSorted().join());

test('[CALL51] in a small call each change is told at once, in a large one a window of them together', async () => {
  for (const client of crowd.slice(0, 11)) await client.enter();
  expect(ann.events(wire.peer)).toHaveLength(11);
  expect(ann.events(wire.changes)).toEqual([]);
  await Promise.all(crowd.slice(11).map((client) => client.enter()));
  expect(ann.events(wire.changes)).toEqual([]);
  await cluster.clock.pass(250);
  await settled();
  expect(ann.events(wire.peer)).toHaveLength(11);
  expect(ann.events(wire.changes).map(({changes}) => changes.length)).toEqual([19]);
  expect(new Set(everything()).size).toBe(1);
});

test('[CALL51] who comes, syncs, publishes or goes meanwhile is told of nothing twice and misses nothing', async () => {
  for (const client of crowd.slice(0, 20)) await client.enter();
  await cluster.clock.pass(250);
  const {send} = await crowd[20]!.enter();
  await crowd[20]!.publish(send);
  await crowd[21]!.enter();
  await ann.ask(wire.sync, {room});
  await crowd[0]!.ask(wire.leave, {room});
  await crowd[22]!.enter();
  await cluster.clock.pass(250);
  await offered(cluster);
  const inCall = [ann, ...crowd.slice(1, 23)];
  expect(new Set(inCall.map(({view}) => [...view.peers.keys()].toSorted().join())).size).toBe(1);
  expect(inCall.filter(({view}) => view.producers.size === 1)).toHaveLength(inCall.length - 1);
});

test('[CALL14] [CALL51] the room is told of a growing call four times a second at most, and of the last', async () => {
  const told = (): number[] =>
    owner.broadcaster.published
      .filter(({name}) => name === wire.status.name)
      .map(({payload}) => wire.status.payload.parse(payload).peers);
  for (const client of crowd.slice(0, 11)) await client.enter();
  const before = told().length;
  await Promise.all(crowd.slice(11).map((client) => client.enter()));
  await cluster.clock.pass(250);
  await settled();
  expect(told().slice(before)).toEqual([31]);
});
