import {chat, room} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../../test/hub-cluster.js';
import {settled} from '../../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

const say = (client: HubClient, id: string) => client.request(chat.send, {room: 'den', id, text: id});

test('[LIM5] in slow mode a second message is refused on every device, and accepted when the time is over', async () => {
  cluster = new HubCluster(2);
  const [phone, laptop] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('ada')];
  const eve = await cluster.node(0).connect('eve');
  expect(await eve.ok(room.create, {room: 'den', slowModeMs: 10_000})).toMatchObject({slowModeMs: 10_000});
  for (const device of [phone, laptop])
    expect(await device.ok(room.join, {room: 'den'})).toMatchObject({room: {slowModeMs: 10_000}});
  expect(await say(phone, 'm1')).toMatchObject({ok: true, data: {waitMs: 10_000}});
  cluster.clock.advance(4_000);
  expect(await say(laptop, 'm2')).toMatchObject({error: {code: 'rate_limited', retryable: true, retryAfterMs: 6_000}});
  expect(await say(laptop, 'm1')).toMatchObject({ok: true, data: {waitMs: 6_000}});
  cluster.clock.advance(6_000);
  expect(await say(laptop, 'm2')).toMatchObject({ok: true});
  await settled();
  expect(phone.of(chat.message).map(({id}) => id)).toEqual(['m1', 'm2']);
  expect(cluster.node(1).observed).toContain('limit slow_mode');
  // Those who see to a room are not slowed down by it.
  await eve.ok(room.join, {room: 'den'});
  for (const id of ['e1', 'e2']) expect(await say(eve, id)).toMatchObject({ok: true});
});

test('[LIM6] room.update sets the slow mode, and every member is told in the order of the feed', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(1).connect('bob')];
  await ada.ok(room.create, {room: 'den'});
  expect(await bob.code(room.update, {room: 'den', slowModeMs: 5_000})).toBe('not_joined');
  expect(await bob.code(room.update, {room: 'attic', slowModeMs: 5_000})).toBe('unknown_room');
  for (const client of [ada, bob]) await client.ok(room.join, {room: 'den'});
  expect(await ada.ok(room.update, {room: 'den', slowModeMs: 5_000})).toMatchObject({slowModeMs: 5_000});
  expect(await ada.ok(room.update, {room: 'den'})).toMatchObject({slowModeMs: 5_000});
  await settled();
  expect(bob.of(room.updated)).toMatchObject([{user: 'ada', slowModeMs: 5_000, offset: expect.any(Number) as number}]);
  expect(await say(bob, 'm1')).toMatchObject({ok: true, data: {waitMs: 5_000}});
  expect(await say(bob, 'm2')).toMatchObject({error: {code: 'rate_limited'}});
});

test('[LIM7] what is ephemeral is dropped above the rate of the room, and nobody is refused', async () => {
  cluster = new HubCluster(1, {limits: {roomEphemeralsPerSecond: 5}});
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(0).connect('bob')];
  await ada.ok(room.create, {room: 'den'});
  for (const client of [ada, bob]) await client.ok(room.join, {room: 'den'});
  for (let n = 0; n < 30; n += 1) await ada.ok(chat.typing, {room: 'den', typing: true});
  await settled();
  expect(bob.of(chat.typingChanged)).toHaveLength(10);
});

test('[LIM4] a connection that keeps sending what is no request is closed, whatever it sends', async () => {
  cluster = new HubCluster(1, {limits: {invalidRequestsPerMinute: 10}});
  const [ada, bob] = [await cluster.node(0).connect('ada'), await cluster.node(0).connect('bob')];
  for (let n = 0; n < 10; n += 1)
    expect(await ada.ask('chat.send', {n})).toMatchObject({error: {code: 'invalid_payload'}});
  expect(ada.connection.closed).toBeUndefined();
  expect(await ada.ask('no.such', {})).toMatchObject({error: {code: 'unknown_request'}});
  expect(ada.connection.closed?.reason).toBe('protocol_error');
  await settled();
  expect(cluster.node(0).observed).toContain('limit invalid_requests');
  await bob.ok(room.list, {});
});
