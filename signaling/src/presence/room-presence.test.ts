import {ParleyError, presence, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import {overlay} from '../../test/wrap-store.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

async function joined(node: number, user: string, ...rooms: string[]): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  for (const name of rooms) {
    await client.ask(room.create.name, {room: name});
    await client.ok(room.join, {room: name});
  }
  await settled();
  return client;
}

async function following(node: number, user: string, ...rooms: string[]): Promise<HubClient> {
  const client = await joined(node, user, ...rooms);
  for (const name of rooms) await client.ok(presence.subscribeRoom, {room: name});
  return client;
}

/** A gathering of news and a window have passed. */
const window = (): Promise<void> => cluster.clock.pass(300);

const told = (client: HubClient, user: string): string[] =>
  client
    .of(presence.changed)
    .flatMap(({room: name, users}) => users.map((each) => ({name, ...each})))
    .filter((change) => change.user === user)
    .map(({name, status}) => `${name} ${status}`);

const presenceFrames = ({frames}: HubClient) => frames.filter(({name}) => name.startsWith('presence.'));

test('[PRES2] a change is told once to each room whose presence is followed, and no change to none', async () => {
  cluster = new HubCluster(2);
  const ada = await following(0, 'ada', 'den', 'pub');
  const bob = await joined(1, 'bob', 'den', 'pub');
  await joined(0, 'eve', 'elsewhere');
  await window();
  expect(told(ada, 'bob').sort()).toEqual(['den online', 'pub online']);
  const second = await joined(0, 'bob');
  await bob.drop();
  await window();
  expect(told(ada, 'bob')).toHaveLength(2);
  await second.drop();
  await window();
  expect(told(ada, 'bob').slice(2).sort()).toEqual(['den away', 'pub away']);
  await cluster.clock.pass(122_000);
  expect(told(ada, 'bob').slice(4).sort()).toEqual(['den offline', 'pub offline']);
  await joined(1, 'bob');
  await window();
  expect(told(ada, 'bob').slice(6).sort()).toEqual(['den online', 'pub online']);
  expect(told(ada, 'eve')).toEqual([]);
});

test('[PRES2] what ends a window as it began is not told, and what changes twice is told as it is at the end', async () => {
  cluster = new HubCluster(2);
  const ada = await following(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  const eve = await joined(1, 'eve', 'den');
  await window();
  const before = ada.frames.length;
  await bob.drop();
  await eve.drop();
  await cluster.clock.pass(100);
  await cluster.node(0).resume('bob', bob.ready);
  await (await cluster.node(0).resume('eve', eve.ready)).ok(session.end, {});
  await window();
  await window();
  const after = ada.frames.slice(before).filter(({name}) => name === presence.changed.name);
  expect(after).toMatchObject([{payload: {room: 'den', users: [{user: 'eve', status: 'offline'}]}}]);
});

test('[PRES2] a change while the store is only half back is told to all once it is back', async () => {
  let half = false;
  cluster = new HubCluster(2, {
    wrapStore: (store) =>
      overlay(store, {
        // As where commands work again and subscriptions do not yet: what is published reaches nobody else.
        get available() {
          return !half && store.available;
        },
      }),
  });
  const ada = await following(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  await window();
  half = true;
  await bob.drop();
  await window();
  expect(told(ada, 'bob')).toEqual(['den online']);
  half = false;
  await cluster.clock.pass(2_000);
  expect(told(ada, 'bob')).toEqual(['den online', 'den away']);
});

test('[PRES2] a change that the store’s absence kept from being told is told when it is back', async () => {
  cluster = new HubCluster(2);
  const ada = await following(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  await window();
  cluster.world.setAvailable(false);
  await bob.drop();
  await cluster.clock.pass(5_000);
  cluster.world.setAvailable(true);
  await cluster.clock.pass(3_000);
  expect(told(ada, 'bob')).toEqual(['den online', 'den away']);
});

test('[PRES4] a session that follows nothing is told nothing, and one that follows no longer neither', async () => {
  cluster = new HubCluster(2);
  const lurker = await joined(0, 'lurker', 'den');
  const ada = await following(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  await window();
  await ada.ok(presence.unsubscribeRoom, {room: 'den'});
  await bob.drop();
  await window();
  expect(presenceFrames(lurker)).toEqual([]);
  expect(told(ada, 'bob')).toEqual(['den online']);
});

test('[PRES7] the state follows the answer, and changes follow the state without a gap', async () => {
  cluster = new HubCluster(2);
  const ada = await joined(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  const eve = await joined(1, 'eve', 'den');
  const watch = await following(0, 'watch', 'den');
  // Told to those who follow in this window, and so not yet part of the state of one who begins in it.
  await eve.drop();
  await cluster.clock.pass(60);
  const order: string[] = [];
  ada.live.receive(presence.subscribeRoom.name, {room: 'den'}, (answer) => {
    order.push(
      ...ada.frames.map(({name}) => name).filter((name) => name.startsWith('presence')),
      JSON.stringify(answer),
    );
  });
  await bob.drop();
  await window();
  expect(order).toEqual(['{"ok":true,"data":{"mode":"members"}}']);
  for (const follower of [ada, watch]) {
    const state = new Map<string, string>();
    for (const {name, payload} of presenceFrames(follower)) {
      if (name === presence.members.name) state.clear();
      for (const {user, status} of presence.changed.payload.parse(payload).users) state.set(user, status);
    }
    expect(Object.fromEntries(state)).toEqual({ada: 'online', bob: 'away', eve: 'away', watch: 'online'});
  }
});

test('[PRES7] a resumed session is told the state of all it follows, on whichever node, without asking', async () => {
  cluster = new HubCluster(3);
  const ada = await following(0, 'ada', 'den', 'pub');
  const bob = await joined(2, 'bob', 'den', 'pub');
  await ada.ok(presence.subscribeUsers, {users: ['bob']});
  await ada.drop();
  await bob.drop();
  await cluster.clock.pass(1_000);
  const back = await cluster.node(1).resume('ada', ada.ready, {attempt: 1});
  await settled();
  const states = presenceFrames(back).map(({name, payload}) => [name, (payload as {room?: string}).room]);
  expect(states.sort()).toEqual([
    ['presence.changed', undefined],
    ['presence.members', 'den'],
    ['presence.members', 'pub'],
  ]);
  expect(back.of(presence.changed)).toMatchObject([{users: [{user: 'bob', status: 'away'}]}]);
  expect(back.of(presence.members)[0]?.users).toEqual([
    {user: 'ada', status: 'online'},
    {user: 'bob', status: 'away'},
  ]);
  await cluster.node(0).resume('bob', bob.ready, {attempt: 1});
  await window();
  expect(told(back, 'bob').sort()).toEqual(['den online', 'pub online', 'undefined away', 'undefined online']);
});

test('[PRES7] a store that is away while a session is resumed is asked again for what it follows', async () => {
  let refuses = false;
  cluster = new HubCluster(2, {
    wrapStore: (store, node) =>
      node === 'node-2'
        ? overlay(store, {
            sessions: overlay(store.sessions, {
              presenceOf: (users) =>
                refuses ? Promise.reject(new ParleyError('unavailable')) : store.sessions.presenceOf(users),
            }),
          })
        : store,
  });
  const ada = await following(0, 'ada', 'den');
  refuses = true;
  await ada.drop();
  const back = await cluster.node(1).resume('ada', ada.ready, {attempt: 1});
  await cluster.clock.pass(2_000);
  expect(presenceFrames(back)).toEqual([]);
  refuses = false;
  await cluster.clock.pass(3_000);
  expect(back.of(presence.members)).toMatchObject([{room: 'den', users: [{user: 'ada', status: 'online'}]}]);
});

test('[PRES8] a large room tells how many are present, and a room that grows or shrinks changes over', async () => {
  cluster = new HubCluster(2, {presence: {largeRoom: 4}});
  const ada = await following(0, 'ada', 'den');
  const others: HubClient[] = [];
  for (const user of ['u1', 'u2', 'u3']) others.push(await joined(1, user, 'den'));
  await window();
  expect(ada.of(presence.counts)).toEqual([]);
  others.push(await joined(1, 'u4', 'den'));
  await window();
  expect(ada.of(presence.counts)).toMatchObject([{room: 'den', members: 5, online: 5, away: 0}]);
  const late = await joined(0, 'late', 'den');
  expect(await late.ok(presence.subscribeRoom, {room: 'den'})).toEqual({mode: 'counts'});
  const told = ada.of(presence.changed).length;
  await others[0]!.drop();
  await window();
  expect(ada.of(presence.counts).at(-1)).toMatchObject({members: 6, online: 5, away: 1});
  expect(late.of(presence.counts).at(-1)).toMatchObject({members: 6, online: 5, away: 1});
  expect(ada.of(presence.changed)).toHaveLength(told);
  for (const other of others.slice(1)) await other.ok(room.leave, {room: 'den'});
  await window();
  expect(ada.of(presence.members).at(-1)?.users).toEqual([
    {user: 'ada', status: 'online'},
    {user: 'u1', status: 'away'},
    {user: 'late', status: 'online'},
  ]);
});

test('[PRES9] a mass reconnect costs each session some events per window, not one for each who comes', async () => {
  cluster = new HubCluster(3, {presence: {largeRoom: 1_000}});
  const size = 300;
  const clients: HubClient[] = [];
  for (let n = 0; n < size; n += 1) clients.push(await following(n % 3, `user-${n}`, 'den'));
  await cluster.clock.pass(1_000);
  const framesOf = (those: readonly HubClient[]): number =>
    those.reduce((sum, each) => sum + presenceFrames(each).length, 0);
  const publications = (): number =>
    cluster.nodes.reduce(
      (sum, {broadcaster}) => sum + broadcaster.published.filter(({name}) => name.startsWith('presence')).length,
      0,
    );
  const [framesBefore, publishedBefore] = [framesOf(clients), publications()];
  // Everybody is thrown out at once, and comes back elsewhere over a second.
  for (const client of clients) await client.drop();
  const back: HubClient[] = [];
  for (const [n, client] of clients.entries()) {
    back.push(await cluster.node((n + 1) % 3).resume(`user-${n}`, client.ready, {attempt: 1}));
    if (n % 30 === 29) await cluster.clock.pass(100);
  }
  await cluster.clock.pass(1_000);
  const windows = 10;
  const frames = framesOf(clients) - framesBefore + framesOf(back);
  // The state once for each who came back; then at most one event per window.
  expect(frames).toBeLessThanOrEqual(size * (1 + windows));
  expect(publications() - publishedBefore).toBeLessThanOrEqual(3 * windows);
  for (const client of [back[0]!, back.at(-1)!]) {
    const state = new Map<string, string>();
    for (const {payload} of presenceFrames(client))
      for (const {user, status} of presence.changed.payload.parse(payload).users) state.set(user, status);
    expect(state.size).toBe(size);
    expect(new Set(state.values())).toEqual(new Set(['online']));
  }
});

test('[PRES10] the death of a node is told as away, once, whoever notices it, within its time-out', async () => {
  cluster = new HubCluster(3);
  const ada = await following(0, 'ada', 'den');
  const eve = await following(1, 'eve', 'den');
  await joined(2, 'bob', 'den');
  await window();
  cluster.world.kill('node-3');
  await cluster.clock.pass(5_500);
  for (const witness of [ada, eve]) expect(told(witness, 'bob')).toEqual(['den online', 'den away']);
});

test('[PRES10] what a node changed and did not live to say is found when it is taken for dead', async () => {
  cluster = new HubCluster(2);
  const ada = await following(0, 'ada', 'den');
  const bob = await joined(1, 'bob', 'den');
  await window();
  await bob.drop();
  // Gathered, and not said yet.
  cluster.world.kill('node-2');
  await cluster.clock.pass(5_500);
  expect(told(ada, 'bob')).toEqual(['den online', 'den away']);
});
