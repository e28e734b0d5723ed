import {call, callReceiving as wire, people} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
const names = ['ben', 'cas', 'dan', 'eve'] as const;

let cluster: CallCluster;
let owner: CallNode;
/** Watches. */
let ann: CallClient;
let others: CallClient[];
/** By who publishes them. */
let cameras: Map<string, string>;
let microphones: Map<string, string>;

beforeEach(async () => {
  cluster = new CallCluster({
    calls: {peers: 20, producers: 0, producersPerPeer: 4, bitrate: 0, videos: 2, voices: 2},
  });
  owner = cluster.node('a');
  ann = await cluster.client(owner, 'ann');
  await ann.enter();
  others = [];
  cameras = new Map();
  microphones = new Map();
  for (const name of names) {
    const client = await cluster.client(owner, name);
    const {send} = await client.enter();
    cameras.set(name, await client.publish(send, 'camera'));
    microphones.set(name, await client.publish(send));
    others.push(client);
  }
  await offered(cluster);
  for (const client of [ann, ...others]) await client.confirm();
});
afterEach(async () => {
  for (const client of [ann, ...others]) expect(client.view.contradictions).toEqual([]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const media = () => [...owner.media.rooms][0]!;
/** Whose of these the engine sends to the client. */
function sentTo(client: CallClient, published: ReadonlyMap<string, string>): string[] {
  const flowing = [...client.view.consumers].filter(([id]) => media().consumers.get(id)?.paused === false);
  const producers = flowing.map(([, {producer}]) => producer);
  return names.filter((name) => producers.includes(published.get(name) ?? ''));
}
const speaks = async (name: string): Promise<void> => {
  media().say({kind: 'speaker', producer: microphones.get(name)!});
  await settled();
};
const hears = async (...voices: readonly (readonly [name: string, level: number])[]): Promise<void> => {
  media().say({kind: 'levels', levels: voices.map(([name, level]) => ({producer: microphones.get(name)!, level}))});
  await settled();
};
const consumerOf = (name: string): string =>
  [...ann.view.consumers].find(([, {producer}]) => producer === cameras.get(name))![0];

test('[CALL48] of more cameras than may be sent those of who spoke last are, and the rest is withheld, not closed', async () => {
  expect(sentTo(ann, cameras)).toEqual(['ben', 'cas']);
  expect(ann.view.consumers.size).toBe(8);
  await speaks('eve');
  expect(sentTo(ann, cameras)).toEqual(['ben', 'eve']);
  expect(ann.events(wire.chosen).at(-1)).toEqual({room, withheld: [consumerOf('cas')], sent: [consumerOf('eve')]});
  await cluster.clock.pass(2_000);
  await speaks('dan');
  expect(sentTo(ann, cameras)).toEqual(['dan', 'eve']);
  const {consumers} = await ann.ask(call.sync, {room});
  expect(consumers.filter(({withheld, kind}) => kind === 'video' && withheld)).toHaveLength(2);
});

test('[CALL48] the order changes every 2 s at most, and then by who speaks at that moment', async () => {
  await speaks('eve');
  await speaks('dan');
  await speaks('cas');
  expect(sentTo(ann, cameras)).toEqual(['ben', 'eve']);
  await cluster.clock.pass(1_999);
  expect(sentTo(ann, cameras)).toEqual(['ben', 'eve']);
  await cluster.clock.pass(1);
  expect(sentTo(ann, cameras)).toEqual(['cas', 'eve']);
});

test('[CALL48] what is pinned is sent however many there are, and screens do not count', async () => {
  await ann.ask(call.consumerSet, {room, consumer: consumerOf('dan'), pinned: true});
  expect(sentTo(ann, cameras)).toEqual(['ben', 'dan']);
  await ann.ask(wire.receive, {room, videos: 0});
  expect(sentTo(ann, cameras)).toEqual(['dan']);
  await ann.ask(wire.receive, {room, videos: null});
  expect(sentTo(ann, cameras)).toEqual(['ben', 'dan']);
});

test('[CALL48] the room may have fewer, never more than the server, and each peer wishes for itself', async () => {
  await ann.ask(people.limits, {room, videos: 1, voices: 10});
  await settled();
  expect(sentTo(ann, cameras)).toEqual(['ben']);
  expect(sentTo(ann, microphones)).toHaveLength(2);
  await ann.ask(people.limits, {room, videos: 50});
  await settled();
  expect(sentTo(ann, cameras)).toHaveLength(2);
});

test('[CALL48] who is paused or hidden leaves a place, and so does who goes', async () => {
  await ann.ask(call.consumerSet, {room, consumer: consumerOf('ben'), paused: true});
  expect(sentTo(ann, cameras)).toEqual(['cas', 'dan']);
  await others[1]!.ask(call.producerPause, {room, producer: cameras.get('cas')!});
  await settled();
  expect(sentTo(ann, cameras)).toEqual(['cas', 'dan', 'eve']);
  await others[2]!.ask(call.leave, {room});
  await settled();
  expect(sentTo(ann, cameras)).toEqual(['cas', 'eve']);
});

test('[CALL16] [CALL49] of a camera that is withheld from all, nothing need be sent', async () => {
  await cluster.clock.pass(2_000);
  expect(others.map((client) => client.events(call.watched).at(-1)?.spatial)).toEqual([
    undefined,
    undefined,
    undefined,
    -1,
  ]);
});

test('[CALL49] the loudest are sent: who is clearly louder takes a place, a pause between words costs none', async () => {
  expect(media().levelsFollowed).toBe(true);
  await hears(['eve', -30], ['dan', -40]);
  expect(sentTo(ann, microphones)).toEqual(['dan', 'eve']);
  await hears();
  await hears(['ben', -43]);
  expect(sentTo(ann, microphones)).toEqual(['dan', 'eve']);
  await hears(['ben', -30]);
  expect(sentTo(ann, microphones)).toEqual(['ben', 'eve']);
  // They hear each other, and not themselves.
  expect(sentTo(others[3]!, microphones)).toEqual(['ben', 'dan']);
});

test('[CALL49] voices are measured only where there are more than may be sent', async () => {
  await others[3]!.ask(call.leave, {room});
  await others[2]!.ask(call.producerPause, {room, producer: microphones.get('dan')!});
  await settled();
  expect(media().levelsFollowed).toBe(false);
});
