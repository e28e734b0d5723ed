import {call} from '@parley/protocol';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {eventually} from '../eventually.js';
import {Caller} from './caller.js';
import {startMediaNode} from './media-node.js';

test('[CALL33] [CALL34] with a real worker: both transports replaced, the same producers and wishes, nothing left or doubled', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode({PARLEY_MEDIA_WORKERS: '1'});
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  /** Routers, transports, producers and consumers that the worker holds. */
  const held = async (): Promise<readonly string[]> => {
    const dumps = await Promise.all(watch.workers.map((worker) => worker.dump()));
    return dumps.flatMap(({channelMessageHandlers}) => channelMessageHandlers.channelRequestHandlers);
  };
  const base = (await held()).length;
  const {send} = await ann.enter();
  const {receive} = await bob.enter();
  const microphone = await ann.publish(send, 'microphone');
  const camera = await ann.publish(send, 'camera', {paused: true});
  const first = await bob.offered(2);
  await bob.confirm(first);
  const ofCamera = first.find(({producer}) => producer === camera)!.consumer;
  await bob.request(call.consumerSet, {consumer: ofCamera, paused: true, pinned: true});
  const before = await held();
  const told = bob.told(call.producer).length;

  const nextSend = await ann.transport('send', {replaces: send});
  expect(await ann.publish(nextSend, 'microphone', {replaces: microphone})).toBe(microphone);
  expect(await ann.publish(nextSend, 'camera', {replaces: camera, paused: false})).toBe(camera);
  const second = (await bob.offered(4)).slice(2);
  expect(second.map(({producer, replaces}) => [producer, replaces]).toSorted()).toEqual(
    first.map(({producer, consumer}) => [producer, consumer]).toSorted(),
  );
  await bob.confirm(second);

  const nextReceive = await bob.transport('receive', {replaces: receive});
  const third = (await bob.offered(6)).slice(4);
  expect(third.every(({transport}) => transport === nextReceive)).toBe(true);
  expect(third.map(({replaces}) => replaces).toSorted()).toEqual(second.map(({consumer}) => consumer).toSorted());
  await bob.confirm(third);

  const {producers, consumers} = await bob.request(call.sync, {});
  const byId = (one: {producer: string}, other: {producer: string}): number =>
    one.producer.localeCompare(other.producer);
  expect(producers.toSorted(byId)).toMatchObject(
    [
      {producer: microphone, paused: false},
      {producer: camera, paused: true},
    ].toSorted(byId),
  );
  expect(consumers.find(({producer}) => producer === camera)).toMatchObject({paused: true, ready: true});
  expect(bob.told(call.producer)).toHaveLength(told);
  expect(bob.told(call.consumersClosed)).toEqual([]);
  // As many objects as before, and none of those that were replaced.
  await eventually(async () => (await held()).length === before.length, 'what was replaced to be gone');
  const now = await held();
  for (const gone of [send, receive, ...first, ...second].map((one) => (typeof one === 'string' ? one : one.consumer)))
    expect(now).not.toContain(gone);

  await ann.request(call.leave, {});
  await bob.request(call.leave, {});
  await eventually(async () => (await held()).length === base, 'nothing to be left');
});
