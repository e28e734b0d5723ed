import {call, callReceiving as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const room = 'den';
const retryAfterMs = 5_000;
const names = ['ben', 'cas', 'dan', 'eve', 'fay', 'gus'] as const;

let cluster: CallCluster;
let ann: CallClient;
/** By producer. */
let sources: Map<string, 'camera' | 'microphone' | 'screen'>;

beforeEach(async () => {
  cluster = new CallCluster();
  const node = cluster.node('a');
  ann = await cluster.client(node, 'ann');
  await ann.enter();
  sources = new Map();
  for (const name of names) {
    const client = await cluster.client(node, name);
    const {send} = await client.enter();
    for (const source of ['camera', 'microphone', ...(name === 'ben' ? (['screen'] as const) : [])] as const)
      sources.set(await client.publish(send, source), source);
  }
  await offered(cluster);
  await ann.confirm();
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const media = () => [...cluster.nodes[0]!.media.rooms][0]!;
const strained = async (degree: wire.StrainDegree): Promise<void> => {
  media().say({kind: 'strain', degree});
  await settled();
};
/** How much of each source the engine sends to ann. */
function sent(): Record<string, number> {
  const counts = {camera: 0, microphone: 0, screen: 0};
  for (const [id, {producer}] of ann.view.consumers) {
    const source = sources.get(producer);
    if (source !== undefined && media().consumers.get(id)?.paused === false) counts[source] += 1;
  }
  return counts;
}
const told = (client: CallClient): unknown[] => client.events(wire.strain).map(({degree}) => degree);

test('[CALL61] where workers are short of processor time, four cameras are sent, then sound alone, and all when that is over', async () => {
  expect(sent()).toEqual({camera: 6, microphone: 6, screen: 1});
  await strained('fewer');
  expect(sent()).toEqual({camera: 4, microphone: 6, screen: 1});
  await strained('sound');
  expect(sent()).toEqual({camera: 0, microphone: 6, screen: 0});
  await strained('full');
  expect(sent()).toEqual({camera: 0, microphone: 6, screen: 0});
  await strained('none');
  expect(sent()).toEqual({camera: 6, microphone: 6, screen: 1});
  expect(told(ann)).toEqual(['fewer', 'sound', 'full', 'none']);
});

test('[CALL61] what is pinned is no exception', async () => {
  const [pinned] = [...ann.view.consumers].find(([, {producer}]) => sources.get(producer) === 'camera')!;
  await ann.ask(call.consumerSet, {room, consumer: pinned, pinned: true});
  await strained('sound');
  expect(media().consumers.get(pinned)?.paused).toBe(true);
});

test('[CALL61] who joins meanwhile is told', async () => {
  await strained('fewer');
  const hal = await cluster.client(cluster.nodes[0]!, 'hal');
  await hal.join();
  await settled();
  expect(told(hal)).toEqual(['fewer']);
});

test('[CALL62] while no worker can take another peer, joins are refused with when to come back; who is in stays', async () => {
  media().fullForMs = retryAfterMs;
  const hal = await cluster.client(cluster.nodes[0]!, 'hal');
  await expect(hal.join()).rejects.toMatchObject({code: 'overloaded', retryable: true, retryAfterMs});
  expect((await ann.join()).peers).toHaveLength(names.length + 1);
  media().fullForMs = undefined;
  await hal.join();
});
