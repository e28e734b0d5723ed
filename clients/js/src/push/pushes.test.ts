import {push} from '@parley/protocol';
import {expect, test} from 'vitest';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import type {Parley} from '../parley.js';

const inbox = (offset: number, more: object = {}): object => ({
  id: `p${offset}`,
  topic: 'mail',
  data: offset,
  epoch: 'e1',
  offset,
  at: offset,
  expiresAt: 99,
  ...more,
});

async function connected(options: object = {}): Promise<{harness: Harness; parley: Parley; got: unknown[]}> {
  const harness = new Harness();
  harness.server.on.set(push.ack.name, () => ({}));
  const parley = harness.connect(options);
  const got: unknown[] = [];
  parley.on('push', ({data}) => got.push(data));
  await parley.ready;
  return {harness, parley, got};
}

const acks = ({server}: Harness): unknown[] =>
  server.asked.flatMap(({name, params}) => (name === push.ack.name ? [params] : []));
const upTo = (offset: number, epoch = 'e1'): object => ({upTo: {epoch, offset}});

test('[PUSH6] stored pushes are told in order and acknowledged together', async () => {
  const {harness, parley, got} = await connected({deviceId: 'd1'});
  expect(harness.server.handshakes[0]?.auth.deviceId).toBe('d1');
  for (const offset of [1, 3, 4]) harness.server.tell(push.inbox.name, inbox(offset));
  await until(() => got.length === 3);
  await harness.clock.turn(50);
  await until(() => acks(harness).length === 1);
  expect([got, acks(harness)]).toEqual([[1, 3, 4], [upTo(4)]]);
  expect(parley.pushes.recent.at(-1)).toEqual({...inbox(4)});
  await parley.close();
});

test('[PUSH6] what comes again is told once, and acknowledged again if the server had not heard it', async () => {
  const {harness, parley, got} = await connected();
  for (const offset of [1, 2, 2, 1]) harness.server.tell(push.inbox.name, inbox(offset));
  await until(() => got.length === 2);
  await settle();
  await harness.clock.turn(50);
  await until(() => acks(harness).length === 1);
  await settle();
  harness.server.tell(push.inbox.name, inbox(2));
  await settle();
  await harness.clock.turn(50);
  await until(() => acks(harness).length === 2);
  expect(got).toEqual([1, 2]);
  await settle();
  harness.server.tell(push.inbox.name, inbox(1, {epoch: 'e2'}));
  await until(() => got.length === 3);
  await harness.clock.turn(50);
  await until(() => acks(harness).length === 3);
  expect(acks(harness)).toEqual([upTo(2), upTo(2), upTo(1, 'e2')]);
  await parley.close();
});

test('[PUSH6] an acknowledgement that was refused is made up for on the next connection', async () => {
  const {harness, parley, got} = await connected();
  let refuses = true;
  harness.server.on.set(push.ack.name, () => {
    if (refuses) throw new Error('away');
    return {};
  });
  harness.server.tell(push.inbox.name, inbox(1));
  await until(() => got.length === 1);
  await harness.clock.turn(50);
  await until(() => acks(harness).length === 1);
  await settle();
  refuses = false;
  harness.server.cut();
  for (let turn = 0; turn < 20 && acks(harness).length < 2; turn += 1) {
    await harness.clock.turn(500);
    await settle();
  }
  expect(acks(harness)).toEqual([upTo(1), upTo(1)]);
  await parley.close();
});

test('[PUSH11] a push that wants to be acknowledged is, by its id', async () => {
  const {harness, parley, got} = await connected();
  for (const id of ['p1', 'p2']) {
    harness.server.tell(push.received.name, {id, topic: 'mail', data: id, at: 1, ...(id === 'p2' && {ack: true})});
  }
  await until(() => got.length === 2);
  await harness.clock.turn(50);
  await until(() => acks(harness).length === 1);
  expect(acks(harness)).toEqual([{ids: ['p2']}]);
  await parley.close();
});
