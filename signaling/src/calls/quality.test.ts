import {call as wire, callNews} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {CallCluster, type CallClient} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

let cluster: CallCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const told = (client: CallClient) =>
  client.events(callNews.quality).map(({peers}) => peers.map(({peer, quality}) => `${peer} ${quality}`).sort());

test('[CALL25] each peer is told of itself, who follows it of the others, together and once a second', async () => {
  cluster = new CallCluster();
  const owner = cluster.node('a');
  const ann = await cluster.client(owner, 'ann');
  const bob = await cluster.client(cluster.node('b'), 'bob');
  const cas = await cluster.client(owner, 'cas');
  for (const client of [ann, bob, cas]) await client.enter();
  await cas.ask(callNews.follow, {room: 'den', topics: ['quality']});
  const [media] = [...owner.media.rooms];
  const measured = async (client: CallClient, loss: number): Promise<void> => {
    const path = {up: {loss, score: 10}, down: undefined, roundTripMs: 20};
    for (let times = 0; times < 2; times += 1) media?.say({kind: 'path', peer: client.session, ...path});
    await settled();
  };
  await measured(ann, 0.2);
  await measured(bob, 0.05);
  expect([told(ann), told(bob), told(cas)]).toEqual([[[`${ann.session} poor`]], [[`${bob.session} fair`]], []]);
  await cluster.clock.pass(1_000);
  expect(told(cas)).toEqual([[`${ann.session} poor`, `${bob.session} fair`].sort()]);

  await bob.ask(callNews.follow, {room: 'den', topics: ['quality']});
  expect(told(bob).at(-1)).toHaveLength(2);
  await ann.ask(wire.leave, {room: 'den'});
  const {quality} = await bob.ask(wire.sync, {room: 'den'});
  expect(quality).toEqual([{peer: bob.session, quality: 'fair', reasons: ['uplink']}]);
});
