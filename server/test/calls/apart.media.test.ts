import {call} from '@parley/protocol';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {eventually} from '../eventually.js';
import {startRedis} from '../redis-server.js';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';
import {Caller} from './caller.js';
import {mediaEnvironment} from './media-node.js';

/** Three nodes that only run calls, and two where clients only connect. */
class Apart implements AsyncDisposable {
  readonly #parts: AsyncDisposable[];
  readonly hubs: readonly [SpawnedNode, SpawnedNode];
  readonly media: readonly SpawnedNode[];

  static async start(): Promise<Apart> {
    const redis = await startRedis();
    const of = (role: 'hub' | 'media', name: string): Promise<SpawnedNode> =>
      spawnNode({
        ...mediaEnvironment,
        ...(role === 'hub' && {PARLEY_MEDIA_WORKERS: '0'}),
        PARLEY_ROLE: role,
        PARLEY_NODE_NAME: name,
        REDIS_URL: redis.url,
      });
    const hubs = Promise.all([of('hub', 'h1'), of('hub', 'h2')]);
    const media = Promise.all([of('media', 'm1'), of('media', 'm2'), of('media', 'm3')]);
    return new Apart(await hubs, await media, redis);
  }

  private constructor(hubs: [SpawnedNode, SpawnedNode], media: SpawnedNode[], redis: AsyncDisposable) {
    this.hubs = hubs;
    this.media = media;
    this.#parts = [...hubs, ...media, redis];
  }

  /** The media node that runs the one call that there is. */
  async owner(): Promise<SpawnedNode> {
    const running = await Promise.all(this.media.map((node) => callsOf(node).catch(() => 0)));
    expect(running.filter((calls) => calls === 1)).toHaveLength(1);
    return this.media[running.indexOf(1)]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
  }
}

async function callsOf({opsUrl}: SpawnedNode): Promise<number> {
  const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
  return Number(/^parley_calls (\d+)$/m.exec(metrics)?.[1]);
}

let apart: Apart;
beforeAll(async () => {
  apart = await Apart.start();
}, 60_000);
afterAll(() => apart[Symbol.asyncDispose]());

// In this order: one media node stands still for a while, then one dies, then one is told to stop, and then a hub dies.
test.each(['SIGSTOP', 'SIGKILL'] as const)(
  '[CALL30] after %s of the media node that ran it a call begins at the other as soon as the lease has passed',
  async (signal) => {
    const room = signal.toLowerCase();
    const lost = [{room, reason: 'lost'}];
    await using ann = await Caller.connect(apart.hubs[0], 'ann', room);
    await using bob = await Caller.connect(apart.hubs[1], 'bob', room);
    const {send} = await ann.enter();
    await bob.enter();
    await ann.publish(send, 'microphone', {paused: true});
    await bob.offered(1);
    const owner = await apart.owner();

    owner.kill(signal);
    for (const caller of [ann, bob])
      expect(await caller.untilTold(call.closed, ({length}) => length > 0)).toEqual(lost);
    const again = await ann.enter();
    await bob.enter();
    const producer = await ann.publish(again.send, 'microphone');
    expect((await bob.offered(2)).at(-1)).toMatchObject({producer, producerPaused: true, peer: ann.session});
    if (signal === 'SIGSTOP') {
      owner.kill('SIGCONT');
      await eventually(async () => (await callsOf(owner)) === 0, 'the old owner to give the call up');
    }
    expect(await apart.owner()).not.toBe(owner);
    const {peers, producers} = await bob.request(call.sync, {});
    expect(peers.map(({peer, state}) => [peer, state])).toEqual([
      [ann.session, 'connected'],
      [bob.session, 'connected'],
    ]);
    expect(producers).toMatchObject([{producer}]);
    for (const caller of [ann, bob]) {
      expect(caller.told(call.closed)).toEqual(lost);
      await caller.request(call.leave, {});
    }
  },
);

test('[CALL31] [DRAIN9] a media node that is told to stop moves its calls before it leaves', async () => {
  await using ann = await Caller.connect(apart.hubs[0], 'ann', 'moving');
  await using bob = await Caller.connect(apart.hubs[1], 'bob', 'moving');
  const {send} = await ann.enter();
  await bob.enter();
  await ann.publish(send, 'microphone', {paused: true});
  await bob.offered(1);
  const owner = await apart.owner();
  owner.kill('SIGTERM');
  for (const caller of [ann, bob]) {
    const told = await caller.untilTold(call.closed, ({length}) => length > 0);
    expect(told).toEqual([{room: 'moving', reason: 'moved'}]);
  }
  const again = await ann.enter();
  await bob.enter();
  const producer = await ann.publish(again.send, 'microphone');
  expect((await bob.offered(2)).at(-1)).toMatchObject({producer, producerPaused: true});
  expect(await owner.ended).toBe(0);
  expect((await bob.request(call.sync, {})).producers).toMatchObject([{producer}]);
  for (const caller of [ann, bob]) await caller.request(call.leave, {});
});

test('[CALL30] after the death of a hub peers come back by another one, to the media that they left', async () => {
  await using ann = await Caller.connect(apart.hubs[0], 'ann');
  await using bob = await Caller.connect(apart.hubs[1], 'bob');
  const {send} = await ann.enter();
  await bob.enter();
  await ann.publish(send, 'camera');
  await bob.confirm(await bob.offered(1));
  const before = await bob.request(call.sync, {});
  apart.hubs[1].kill('SIGKILL');
  await bob.resume(apart.hubs[0]);
  expect(bob.ready).toMatchObject({resumed: true, call: {room: 'den'}});
  expect(await bob.request(call.sync, {})).toEqual(before);
  expect(ann.told(call.closed)).toEqual([]);
  expect(bob.told(call.consumersClosed)).toEqual([]);
});
