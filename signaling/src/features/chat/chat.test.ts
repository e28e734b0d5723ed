import {chat, room} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../../test/hub-cluster.js';
import {settled} from '../../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

async function joined(node: number, user: string): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  await client.ask(room.create.name, {room: 'den'});
  await client.ok(room.join, {room: 'den'});
  await settled();
  return client;
}

test('[CHAT1] a message reaches every session in the room once, the sender’s included, in one order', async () => {
  cluster = new HubCluster(2);
  const clients = [await joined(0, 'ada'), await joined(1, 'bob'), await joined(1, 'ada')];
  await Promise.all(
    clients.flatMap((client, c) =>
      [1, 2, 3].map((n) => client.ok(chat.send, {room: 'den', id: `${c}-${n}`, text: 'hi'})),
    ),
  );
  await settled();
  const [first, ...others] = clients.map((client) => client.of(chat.message).map(({id, offset}) => `${offset} ${id}`));
  expect(first).toHaveLength(9);
  for (const other of others) expect(other).toEqual(first);
});

test('[CHAT1] a node hands a message to its broadcaster once, whatever the number of recipients', async () => {
  cluster = new HubCluster(1);
  const ada = await joined(0, 'ada');
  for (let n = 0; n < 20; n += 1) await joined(0, `user${n}`);
  const {published} = cluster.node(0).broadcaster;
  const before = published.length;
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'hi'});
  expect(published.slice(before)).toMatchObject([{name: 'chat.message', room: 'den', droppable: false}]);
});

test('[CHAT2] the acknowledgement carries the epoch and offset under which the message arrives', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  const answer = await ada.ok(chat.send, {room: 'den', id: 'm1', text: '  hi  '});
  expect(bob.of(chat.message)).toEqual([{room: 'den', ...answer, id: 'm1', from: 'ada', name: 'ADA', text: 'hi'}]);
});

test('[CHAT3] the same id twice is one message and one answer, per user, also over another node', async () => {
  cluster = new HubCluster(2);
  const [ada, phone, bob] = [await joined(0, 'ada'), await joined(1, 'ada'), await joined(1, 'bob')];
  const first = await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'once'});
  cluster.clock.advance(1_000);
  expect(await phone.ok(chat.send, {room: 'den', id: 'm1', text: 'twice'})).toEqual(first);
  const other = await bob.ok(chat.send, {room: 'den', id: 'm1', text: 'mine'});
  expect(other.offset).toBe(first.offset + 1);
  expect(ada.of(chat.message).map(({text}) => text)).toEqual(['once', 'mine']);
});

test('[CHAT4] a text is 1–4000 characters after trimming', async () => {
  cluster = new HubCluster(1);
  const ada = await joined(0, 'ada');
  for (const text of ['', '   ', 'x'.repeat(4_001)]) {
    expect(await ada.refused(chat.send, {room: 'den', id: 'm1', text})).toMatchObject({
      code: 'invalid_payload',
      field: 'text',
    });
  }
  await ada.ok(chat.send, {room: 'den', id: 'm2', text: ` ${'x'.repeat(4_000)} `});
});

test('[CHAT5] history pages in both directions, ascending, without a gap, and says whether there is more', async () => {
  cluster = new HubCluster(1);
  const ada = await joined(0, 'ada');
  for (let n = 1; n <= 6; n += 1) await ada.ok(chat.send, {room: 'den', id: `m${n}`, text: `${n}`});
  const page = async (query: object): Promise<{offsets: unknown[]; more: boolean}> => {
    const {events, more} = await ada.ok(chat.history, {room: 'den', ...query});
    return {offsets: events.map(({payload}) => (payload as {offset: number}).offset), more};
  };
  expect(await page({limit: 3})).toEqual({offsets: [5, 6, 7], more: true});
  expect(await page({before: 5, limit: 3})).toEqual({offsets: [2, 3, 4], more: true});
  expect(await page({before: 2, limit: 3})).toEqual({offsets: [1], more: false});
  expect(await page({before: 1, limit: 3})).toEqual({offsets: [], more: false});
  expect(await page({after: 0, limit: 3})).toEqual({offsets: [1, 2, 3], more: true});
  expect(await page({after: 4, limit: 3})).toEqual({offsets: [5, 6, 7], more: false});
  expect(await page({after: 7, limit: 3})).toEqual({offsets: [], more: false});
  const {events, head} = await ada.ok(chat.history, {room: 'den', limit: 1});
  expect(head).toBe(7);
  expect(events[0]).toEqual({event: 'chat.message', payload: ada.of(chat.message).at(-1)});
});

test('[CHAT6] typing reaches the room on all nodes, is not stored, and may be dropped', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  const {head} = await ada.ok(chat.history, {room: 'den'});
  await ada.ok(chat.typing, {room: 'den', typing: true});
  await settled();
  expect(bob.of(chat.typingChanged)).toEqual([{room: 'den', user: 'ada', name: 'ADA', typing: true}]);
  expect((await ada.ok(chat.history, {room: 'den'})).head).toBe(head);
  expect(cluster.node(1).broadcaster.published.at(-1)).toMatchObject({name: 'chat.typing', droppable: true});
});

test('[FEED6] while the store is away sends are refused with unavailable, and go on when it is back', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  cluster.world.setAvailable(false);
  expect(await ada.refused(chat.send, {room: 'den', id: 'm1', text: 'x'})).toMatchObject({
    code: 'unavailable',
    retryable: true,
    retryAfterMs: expect.any(Number) as number,
  });
  cluster.world.setAvailable(true);
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'x'});
  await settled();
  expect(bob.of(chat.message)).toMatchObject([{id: 'm1'}]);
});

test('[FEED2] a session that cannot be given continuity is told room.reset and goes on from there', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'before'});
  cluster.world.loseLogs();
  const {epoch} = await ada.ok(chat.send, {room: 'den', id: 'm2', text: 'after'});
  await settled();
  await cluster.clock.pass(10_000);
  for (const client of [ada, bob]) {
    expect(client.of(room.reset)).toMatchObject([{room: 'den', epoch, recovered: false}]);
    await client.ok(chat.send, {room: 'den', id: `next-${client.ready.user}`, text: 'on we go'});
  }
  expect(bob.of(chat.message).slice(-2)).toMatchObject([{epoch}, {epoch}]);
});

test('[FEED8] what is ephemeral carries no offset, and its loss while the store is away breaks nothing', async () => {
  cluster = new HubCluster(2);
  const [ada, bob] = [await joined(0, 'ada'), await joined(1, 'bob')];
  cluster.world.setAvailable(false);
  expect(await ada.ok(chat.typing, {room: 'den', typing: true})).toEqual({});
  cluster.world.setAvailable(true);
  await ada.ok(chat.send, {room: 'den', id: 'm1', text: 'x'});
  await settled();
  for (const frame of bob.frames.filter(({name}) => name === 'chat.typing')) {
    expect(frame.payload).not.toHaveProperty('offset');
  }
  expect(bob.of(chat.message)).toHaveLength(1);
});
