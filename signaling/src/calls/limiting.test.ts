import {call as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, type CallClient} from '../testing/call-cluster.js';
import {someRtpParameters} from '../testing/some-parameters.js';
import {bitrateOf, smaller} from './allowance.js';

const room = 'den';
let cluster: CallCluster;
beforeEach(() => {
  cluster = new CallCluster();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const none = {peers: 0, producers: 0, producersPerPeer: 0, bitrate: 0, videos: 0, voices: 0};

async function clients(count: number): Promise<CallClient[]> {
  const nodes = [cluster.node('a'), cluster.node('b'), cluster.node('c')];
  const all: CallClient[] = [];
  for (let n = 0; n < count; n += 1) all.push(await cluster.client(nodes[n % 3]!, `user${n}`));
  return all;
}

const codesOf = (outcomes: readonly PromiseSettledResult<unknown>[]): string[] =>
  outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as {code: string}).code] : []));

test('[PEER11] a room’s limit of peers is exact, below the server’s, and whoever is in stays when it falls', async () => {
  const all = await clients(8);
  const [owner] = all as [CallClient];
  expect(await owner.ask(people.limits, {room, peers: 5, producers: 3})).toEqual({
    ...none,
    peers: 5,
    producers: 3,
    producersPerPeer: 4,
  });
  const outcomes = await Promise.allSettled(all.map((client) => client.join()));
  expect(codesOf(outcomes)).toEqual(['call_full', 'call_full', 'call_full']);
  expect(await owner.ask(people.limits, {room, peers: 2})).toMatchObject({peers: 2, producers: 3});
  const inside = all.filter((_, index) => outcomes[index]?.status === 'fulfilled');
  expect((await owner.ask(people.get, {room})).peers).toHaveLength(5);
  for (const client of inside.slice(0, 3)) await client.ask(wire.leave, {room});
  await expect(inside[0]!.join()).rejects.toMatchObject({code: 'call_full'});
  expect(await owner.ask(people.limits, {room, peers: null})).toMatchObject({peers: 8, producers: 3});
  await inside[0]!.join();
});

test('[PEER11] the limits of producers and of bandwidth are exact, however many publish at once', async () => {
  const all = await clients(6);
  const [owner] = all as [CallClient];
  const legs = await Promise.all(all.map((client) => client.enter()));
  await owner.ask(people.limits, {room, producers: 4});
  const publish = (source: 'microphone' | 'camera') =>
    Promise.allSettled(all.map((client, index) => client.publish(legs[index]!.send, source)));
  expect(codesOf(await publish('microphone'))).toEqual(['call_media_full', 'call_media_full']);
  // Four microphones of 64 kbit/s leave room for two cameras of 2.5 Mbit/s.
  await owner.ask(people.limits, {room, producers: null, bitrate: 6_000_000});
  const cameras = await publish('camera');
  expect(codesOf(cameras)).toEqual(Array.from({length: 4}, () => 'call_media_full'));
  const {producers} = await owner.ask(wire.sync, {room});
  expect(producers).toHaveLength(6);
  const own = producers.find(({peer, source}) => peer === owner.session && source === 'camera');
  await owner.ask(wire.producerClose, {room, producer: own!.producer});
  const second = all[5]!;
  await second.publish(legs[5]!.send, 'camera');
});

test('[PEER11] who sends is told the bandwidth that it was given', async () => {
  const [owner] = (await clients(1)) as [CallClient];
  await owner.ask(people.limits, {room, bitrate: 3_000_000});
  const {send} = await owner.enter();
  await owner.publish(send);
  const camera = await owner.publish(send, 'camera');
  const [mediaRoom] = cluster.nodes[0]!.media.rooms;
  expect(mediaRoom?.incoming.get(send)).toBe(2_564_000);
  await owner.ask(wire.producerClose, {room, producer: camera});
  expect(mediaRoom?.incoming.get(send)).toBe(64_000);
});

test('[PEER11] of two limits the stricter holds, and a producer needs what its encodings say', () => {
  const server = {peers: 50, producers: 0, producersPerPeer: 4, bitrate: 1_000, videos: 0, voices: 0};
  expect(smaller(server, {peers: 100, producers: 7, bitrate: 0})).toEqual({...server, producers: 7});
  const encodings = [{maxBitrate: 100}, {maxBitrate: 300}];
  expect(bitrateOf('camera', {...someRtpParameters, encodings})).toBe(400);
  expect(bitrateOf('camera', {...someRtpParameters, encodings: [{maxBitrate: 100}, {}]})).toBe(2_500_000);
});
