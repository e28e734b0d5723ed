import {call as wire} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {CallCluster, offered, type CallClient, type CallNode} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

const leaseMs = 2_000;
let cluster: CallCluster;
let media: CallNode;
let spare: CallNode;
let hub: CallNode;
let ann: CallClient;
let bob: CallClient;

/** The call is on a node of its own; its peers are on a hub without media. */
beforeEach(async () => {
  cluster = new CallCluster();
  media = cluster.node('media', {leaseMs});
  hub = cluster.node('hub', {media: false, leaseMs});
  ann = await cluster.client(hub, 'ann');
  bob = await cluster.client(hub, 'bob');
  await ann.enter();
  await bob.enter();
  spare = cluster.node('spare', {leaseMs});
});
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const lost = [{room: 'den', reason: 'lost'}];

/** Until the client is told that its call is lost; answers how long that took. */
async function untilLost(client: CallClient): Promise<number> {
  const begunAt = cluster.clock.now();
  while (client.events(wire.closed).length === 0 && cluster.clock.now() - begunAt < 20_000) {
    await cluster.clock.pass(50);
    await settled();
  }
  expect(client.events(wire.closed)).toEqual(lost);
  return cluster.clock.now() - begunAt;
}

test('[CALL30] peers of a silent owner are told as soon as its lease has passed, and begin elsewhere at once', async () => {
  await cluster.clock.pass(3_000);
  cluster.kill(media);
  const tookMs = await untilLost(ann);
  expect(tookMs).toBeGreaterThanOrEqual(leaseMs);
  expect(tookMs).toBeLessThanOrEqual(leaseMs + 1_250);
  // The dead is not declared dead yet, and not asked for the new call.
  expect(hub.store.bus.nodes().map(({node}) => node)).toContain('media');
  const {send} = await ann.enter();
  await bob.enter();
  await ann.publish(send);
  await offered(cluster);
  expect(spare.media.rooms.size).toBe(1);
  expect(bob.view.consumers.size).toBe(1);
});

test('[CALL30] an owner that only hangs for less than its lease keeps its call and its media', async () => {
  await cluster.clock.pass(3_000);
  const objects = media.media.objects;
  cluster.world.setAvailable(false);
  await cluster.clock.pass(1_500);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(5_000);
  expect([...ann.events(wire.closed), ...bob.events(wire.closed)]).toEqual([]);
  expect(media.media.objects).toBe(objects);
});

test('[CALL30] the death of a hub leaves the call as it is; its peers come back by another hub', async () => {
  const other = cluster.node('other', {media: false, leaseMs});
  const {send} = await ann
    .ask(wire.transportCreate, {room: 'den', id: 's', direction: 'send'})
    .then(({transport}) => ({send: transport}));
  await ann.publish(send);
  await offered(cluster);
  const objects = media.media.objects;
  cluster.kill(hub);
  for (const client of [ann, bob]) {
    client.vanish();
    const ready = await client.connect(other);
    expect(ready.resumed).toBe(true);
    await client.ask(wire.sync, {room: 'den'});
  }
  await cluster.clock.pass(8_000);
  expect([...ann.events(wire.closed), ...bob.events(wire.closed)]).toEqual([]);
  expect(media.media.objects).toBe(objects);
  expect(spare.media.rooms.size).toBe(0);
});

test('[CALL30] who joins anew while the owner is silent is not sent to a node that does not answer', async () => {
  await cluster.clock.pass(3_000);
  cluster.kill(media);
  await untilLost(ann);
  const cas = await cluster.client(hub, 'cas');
  expect((await cas.join()).peers).toHaveLength(1);
});
