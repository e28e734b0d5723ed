import {call} from '@parley/protocol';
import type {Clock, Timer} from '@parley/signaling';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {createClock} from '../../src/clock.js';
import {eventually} from '../eventually.js';
import {ops} from '../ops.js';
import type {TestNode} from '../start-node.js';
import {Caller} from './caller.js';
import {makeWorld, startMediaNode} from './media-node.js';

const move = (node: TestNode): ReturnType<typeof ops> => ops(node, 'POST', '/v1/calls/den/move', {otherWorker: true});

/** How long the media that peers have left goes on. */
const glowMs = 8_000;

/** The process's clock, but that what ends after {@link glowMs} does so when the test says. */
class GlowByHand implements Clock {
  readonly #clock = createClock();
  readonly #ends = new Set<() => void>();

  now(): number {
    return this.#clock.now();
  }

  every(intervalMs: number, callback: () => void): Timer {
    return this.#clock.every(intervalMs, callback);
  }

  after(delayMs: number, callback: () => void): Timer {
    if (delayMs !== glowMs) return this.#clock.after(delayMs, callback);
    this.#ends.add(callback);
    return {cancel: () => this.#ends.delete(callback)};
  }

  end(): void {
    const ends = [...this.#ends];
    this.#ends.clear();
    for (const callback of ends) callback();
  }
}

test('[CALL56] a call goes to the other worker of its node, which carries all of it, and nothing is left at the first', async () => {
  using watch = new WorkerWatch();
  const clock = new GlowByHand();
  // However much the machine has to do, the call is not to be on both workers before it is moved.
  const together = {PARLEY_MEDIA_FULL_AT: '100%', PARLEY_MEDIA_TOGETHER_BELOW: '100%'};
  await using node = await startMediaNode({PARLEY_MEDIA_WORKERS: '2', ...together}, makeWorld(), clock);
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  const {send} = await ann.enter();
  const {receive} = await bob.enter();
  const before = await ann.publish(send, 'microphone');
  await bob.confirm(await bob.offered(1));
  const routers = (): Promise<readonly number[]> =>
    Promise.all(watch.workers.map(async (worker) => (await worker.dump()).routerIds.length));
  const [first] = await routers();
  const then = first === 1 ? [0, 1] : [1, 0];

  expect(await move(node)).toEqual({status: 200, body: {node: node.node}});
  for (const caller of [ann, bob])
    expect(await caller.untilTold(call.closed, ({length}) => length > 0)).toEqual([{room: 'den', reason: 'moved'}]);
  expect((await watch.ids()).transports).toContain(receive);
  const again = await ann.enter();
  await bob.enter();
  const anew = await ann.publish(again.send, 'microphone');
  // Before that Bob may be offered what Ann has at the worker that she left: by a pipe.
  const offers = await bob.untilTold(call.consumersOffered, (told) => JSON.stringify(told).includes(anew));
  const offer = offers.flatMap(({consumers}) => consumers).find(({producer}) => producer === anew);
  await bob.confirm([offer!]);
  expect(await watch.isPaused(offer!.consumer)).toBe(false);
  expect(await routers()).toEqual([1, 1]);
  clock.end();
  await eventually(
    async () => (await routers()).join() === then.join(),
    'the first worker to hold nothing of the call',
  );
  const {producers, consumers} = await watch.ids();
  expect(producers).toEqual([anew]);
  expect(producers).not.toContain(before);
  expect(consumers).toContain(offer!.consumer);
  expect(bob.told(call.peer).map(({change}) => change)).not.toContain('left');
  for (const caller of [ann, bob]) await caller.request(call.leave, {});
});

test('[CALL56] a node with one worker refuses to move a call to another, and the call stays', async () => {
  await using node = await startMediaNode();
  await using ann = await Caller.connect(node, 'ann');
  await ann.enter();
  expect(await move(node)).toMatchObject({
    status: 400,
    body: {code: 'invalid_payload', field: 'otherWorker'},
  });
  expect(ann.told(call.closed)).toEqual([]);
  await ann.request(call.leave, {});
});
