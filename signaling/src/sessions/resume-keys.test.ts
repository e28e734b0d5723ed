import {session as wire} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster} from '../../test/hub-cluster.js';
import {settled} from '../testing/index.js';

/** Of the hubs under test: a ping answered late, the next one after an interval, answered late as well. */
const pingsAnsweredMs = 10_000 + 2 * 5_000;

let cluster: HubCluster;

afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});

test('[SES12] every connection is given another key, and the session is resumed with the last', async () => {
  cluster = new HubCluster(2);
  let client = await cluster.node(0).connect('ada');
  const keys = [client.ready.key];
  for (let round = 0; round < 5; round += 1) {
    await client.drop();
    client = await cluster.node(round % 2).resume('ada', client.ready);
    expect(client.ready.resumed).toBe(true);
    keys.push(client.ready.key);
  }
  expect(new Set(keys).size).toBe(6);
});

test('[SES12] a client that never got its new key comes back with the one it has, again and again', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await ada.drop();
  for (const node of [1, 0, 1]) {
    const lost = await cluster.node(node).resume('ada', ada.ready);
    expect(lost.ready).toMatchObject({resumed: true, session: ada.ready.session});
    await lost.drop();
  }
});

test.each([
  [
    'a request on the new connection',
    (client: {ok: (...args: [typeof wire.list, object]) => Promise<unknown>}) => client.ok(wire.list, {}),
  ],
  ['answers to pings', () => cluster.clock.pass(pingsAnsweredMs)],
])('[SES12] the key before is useless after %s', async (_, prove) => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada');
  await ada.drop();
  const again = await cluster.node(1).resume('ada', ada.ready);
  await prove(again as never);
  await settled();
  const thief = await cluster.node(0).resume('ada', ada.ready);
  expect(thief.ready.resumed).toBe(false);
  expect(thief.ready.session).not.toBe(ada.ready.session);
});

test('[SES13] the use of a superseded key ends the session for both, and tells the user’s others', async () => {
  cluster = new HubCluster(2);
  const other = await cluster.node(1).connect('ada');
  const ada = await cluster.node(0).connect('ada');
  await ada.drop();
  const second = await cluster.node(1).resume('ada', ada.ready);
  await second.drop();
  const third = await cluster.node(0).resume('ada', second.ready);
  await settled();
  // Long after: nothing is remembered of old keys, and yet they are known.
  const thief = await cluster.node(1).resume('ada', ada.ready);
  await settled();
  expect(thief.ready.resumed).toBe(false);
  expect(third.connection.closed).toMatchObject({reason: 'key_reused'});
  expect(cluster.node(1).observed).toContain(`key reused ${ada.ready.session} ada`);
  expect((await cluster.node(0).resume('ada', third.ready)).ready.resumed).toBe(false);
  expect(other.of(wire.changed)).toContainEqual(expect.objectContaining({session: ada.ready.session, change: 'ended'}));
});

test('[SES13] a thief who came first is found out when the owner comes back', async () => {
  cluster = new HubCluster(1);
  const ada = await cluster.node(0).connect('ada');
  await ada.drop();
  const thief = await cluster.node(0).resume('ada', ada.ready);
  await thief.ok(wire.list, {});
  const owner = await cluster.node(0).resume('ada', ada.ready);
  await settled();
  expect(thief.connection.closed).toMatchObject({reason: 'key_reused'});
  expect(owner.ready).toMatchObject({resumed: false});
});

test.each(['', '1.guess', 'no.key.at.all', '1.family.own'])(
  '[SES5] a key that is no key of the session ends nothing: "%s"',
  async (guess) => {
    cluster = new HubCluster(1);
    const ada = await cluster.node(0).connect('ada');
    const stranger = await cluster.node(0).resume('ada', {session: ada.ready.session, key: guess});
    expect(stranger.ready.resumed).toBe(false);
    expect(ada.connection.open).toBe(true);
    expect((await cluster.node(0).resume('bob', ada.ready)).ready.resumed).toBe(false);
    expect(ada.connection.open).toBe(true);
  },
);

test('[SES6] an old key of an older attempt is late, and no theft', async () => {
  cluster = new HubCluster(2);
  const ada = await cluster.node(0).connect('ada', {attempt: 1});
  await ada.drop();
  const resume = {session: ada.ready.session, rooms: {}};
  const newer = await cluster.node(1).connect('ada', {attempt: 3, resume: {...resume, key: ada.ready.key}});
  await newer.ok(wire.list, {});
  const late = await cluster.node(0).connect('ada', {attempt: 2, resume: {...resume, key: ada.ready.key}});
  await settled();
  expect(late.ready.resumed).toBe(false);
  expect(newer.connection.open).toBe(true);
});
