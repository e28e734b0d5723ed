import {call} from '@parley/protocol';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {eventually} from '../eventually.js';
import {startRedis} from '../redis-server.js';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';
import {Caller} from './caller.js';
import {mediaEnvironment, startMediaNode} from './media-node.js';

const lost = [{room: 'den', reason: 'lost'}];

test('[CALL13] the death of a worker ends its calls only; joining again rebuilds them', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode({PARLEY_MEDIA_WORKERS: '2'});
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  await using cas = await Caller.connect(node, 'cas', 'lab');
  const pidsBefore = watch.workers.map(({pid}) => pid);
  const {send} = await ann.enter();
  await bob.enter();
  await ann.publish(send, 'microphone');
  const {send: ofCas} = await cas.enter();
  const inLab = await cas.publish(ofCas, 'microphone');
  await bob.offered(1);

  const inUse = await Promise.all(watch.workers.map((worker) => worker.dump()));
  const ofDen = watch.workers.find((_, index) => inUse[index]!.routerIds.length > 0 && !holds(inUse[index]!, inLab));
  process.kill(ofDen!.pid, 'SIGKILL');
  for (const caller of [ann, bob]) expect(await caller.untilTold(call.closed, ({length}) => length > 0)).toEqual(lost);
  expect(await ann.refusal(call.sync, {})).toMatchObject({code: 'not_in_call'});

  const again = await ann.enter();
  await bob.enter();
  const producer = await ann.publish(again.send, 'microphone');
  const offers = await bob.offered(2);
  expect(offers.at(-1)).toMatchObject({producer});
  expect(cas.told(call.closed)).toEqual([]);
  expect((await cas.request(call.sync, {})).producers).toMatchObject([{producer: inLab}]);
  await eventually(() => watch.workers.length === 3, 'another worker to be started');
  expect(watch.workers.filter(({closed}) => !closed)).toHaveLength(2);
  expect(pidsBefore).not.toContain(watch.workers[2]!.pid);
});

function holds({channelMessageHandlers}: {channelMessageHandlers: {channelRequestHandlers: string[]}}, id: string) {
  return channelMessageHandlers.channelRequestHandlers.includes(id);
}

test('[CALL13] the node that runs a call is killed: peers at the other node are told, and the survivor rebuilds it', async () => {
  await using redis = await startRedis();
  const env = {...mediaEnvironment, REDIS_URL: redis.url};
  await using first = await spawnNode({...env, PARLEY_NODE_NAME: 'first'});
  await using second = await spawnNode({...env, PARLEY_NODE_NAME: 'second'});
  await using ann = await Caller.connect(first, 'ann');
  await using bob = await Caller.connect(second, 'bob');
  await using cas = await Caller.connect(second, 'cas');
  const {send} = await ann.enter();
  const microphone = await ann.publish(send, 'microphone');
  await bob.enter();
  await cas.enter();
  expect(await bob.offered(1)).toMatchObject([{producer: microphone}]);
  expect(await cas.offered(1)).toMatchObject([{producer: microphone}]);

  first.kill('SIGKILL');
  for (const caller of [bob, cas]) expect(await caller.untilTold(call.closed, ({length}) => length > 0)).toEqual(lost);
  await rejoin(bob);
  await ann.resume(second);
  expect(ann.ready).toMatchObject({resumed: true});
  await rejoin(ann);
  await rejoin(cas);
  const anew = [await ann.transport('send'), await cas.transport('receive')] as const;
  await cas.request(call.subscribe, {transport: anew[1], producers: 'all'});
  const producer = await ann.publish(anew[0], 'microphone');
  expect((await cas.offered(2)).at(-1)).toMatchObject({producer, peer: ann.session});
  const {peers} = await bob.request(call.sync, {});
  expect(peers.map(({user, state}) => `${user} ${state}`).sort()).toEqual([
    'ann connected',
    'bob connected',
    'cas connected',
  ]);
  expectQuiet(second);
});

/** Until the lease of the dead has run out there is nobody to join: the refusal says to try again, and so it does. */
async function rejoin(caller: Caller): Promise<void> {
  await eventually(async () => {
    try {
      await caller.join();
      return true;
    } catch (thrown) {
      expect(thrown).toMatchObject({retryable: true});
      return false;
    }
  }, 'the call to be rebuilt');
}

/** No defect in the node's log. */
function expectQuiet(node: SpawnedNode): void {
  const levels = node
    .output()
    .split('\n')
    .filter((line) => /"level":"?(error|fatal|50|60)/.test(line));
  expect(levels).toEqual([]);
}
