import type {Store} from '@parley/signaling';
import {eventually, RecordingFeed} from '@parley/signaling/testing';
import slotOf from 'cluster-key-slot';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {defects, openStore, targetOf} from '../store/redis-cluster.js';
import {startCluster, type ClusterTopology} from './cluster-servers.js';
import {cutReplica, until} from './sentinels.js';
import {countUnhandled, Witnesses} from './witnesses.js';

let redis: ClusterTopology;
let unhandled: ReturnType<typeof countUnhandled>;
const open: Store[] = [];
beforeAll(async () => {
  unhandled = countUnhandled();
  redis = await startCluster();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  unhandled.stop();
  expect(unhandled.seen).toEqual([]);
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  expect(defects.splice(0)).toEqual([]);
});

async function node(name: string): Promise<Store> {
  const store = await openStore({url: ''}, {node: name, prefix: 'c:', target: targetOf(redis.url, redis.environment)});
  open.push(store);
  return store;
}

const keyOf = (room: string): string => `c:room:{${room}}`;
/** A room that the master of that index has. */
function roomAt(index: number, name = 'room'): string {
  for (let n = 0; ; n += 1) if (redis.indexOf(keyOf(`${name}${n}`)) === index) return `${name}${n}`;
}

test('[FEED1] rooms of all masters are one conversation on every node, and nodes reach one another', async () => {
  const stores = [await node('a'), await node('b')];
  for (const index of [0, 1, 2]) {
    const witnesses = await Witnesses.open(stores, roomAt(index));
    await witnesses.write(() => Promise.resolve(), 10, 20);
    await witnesses.verify();
    expect(witnesses.resets).toBe(0);
    expect(witnesses.refusals).toBe(0);
  }
  const [a, b] = stores;
  b?.bus.handle('greet', () => Promise.resolve('hello'));
  expect(await a?.bus.request('b', 'greet', {})).toBe('hello');
});

test('[PUSH1] where users of all masters are connected is answered for each, asked for at once', async () => {
  const store = await node('a');
  const users = Array.from({length: 30}, (_, n) => `user-${n}`);
  const created = (user: string) => ({
    session: `s-${user}`,
    user,
    name: user,
    key: {family: user, own: 'key'},
    attempt: 1,
    token: {},
  });
  await Promise.all(users.map((user) => store.sessions.create(created(user), {most: 9, policy: 'refuse_newest'})));
  const found = await Promise.all(users.map((user) => store.sessions.whereabouts(user)));
  expect(found).toEqual(users.map((user) => [{session: `s-${user}`, node: 'a'}]));
});

test('[FEED4] a slot that is moved to another master under traffic: 0 lost, 0 doubled, no reset', async () => {
  const stores = [await node('a'), await node('b')];
  const room = roomAt(1, 'moved');
  const [, from, to] = redis.masters;
  if (from === undefined || to === undefined) throw new Error('There are no masters.');
  const witnesses = await Witnesses.open(stores, room);
  await witnesses.write(() => redis.move(slotOf(keyOf(room)), from, to));
  await witnesses.verify();
  expect(witnesses.resets).toBe(0);
});

test('[FEED6] one master of three is killed under traffic: its rooms go on at its replica, those of the others without a pause', async () => {
  const stores = [await node('a'), await node('b')];
  const [hit, spared] = [
    await Witnesses.open(stores, roomAt(0, 'hit')),
    await Witnesses.open(stores, roomAt(2, 'spared')),
  ];
  const [master] = redis.masters;
  const [replica] = redis.replicas;
  const disaster = async (): Promise<void> => {
    await master?.kill();
    await until(async () => String(await replica?.command('ROLE')).startsWith('master'));
    await until(() => Promise.resolve(stores.every(({available}) => available)));
  };
  const happening = hit.write(disaster);
  await spared.write(() => happening);
  await hit.verify();
  await spared.verify();
  expect(hit.refusals).toBeGreaterThan(0);
  expect(spared.refusals).toBe(0);
  for (const store of stores)
    expect(
      store.bus
        .nodes()
        .map(({node: name}) => name)
        .sort(),
    ).toEqual(['a', 'b']);
});

test('[FEED5] what the promoted replica lacks of a room that nobody had open is told by another epoch', async () => {
  const [a, b] = [await node('a'), await node('b')];
  const rooms = [roomAt(1, 'quiet'), roomAt(1, 'still')];
  const feed = await RecordingFeed.open(a, rooms[0] ?? '');
  for (const room of rooms) await a.feeds.append(room, {name: 'chat.message', data: {n: 1}});
  const before = await b.feeds.read(rooms[1] ?? '', {limit: 1});
  const [, master] = redis.masters;
  const [, replica] = redis.replicas;
  if (master === undefined || replica === undefined) throw new Error('There is no second master.');
  await cutReplica(master, replica);
  for (const room of rooms) await a.feeds.append(room, {name: 'chat.message', data: {n: 2}});
  await master.kill();
  replica.signal('SIGCONT');
  await eventually(() => {
    expect(feed.resets).toHaveLength(1);
  });
  await until(() => Promise.resolve(a.available && b.available));
  await eventually(async () => {
    const after = await b.feeds.read(rooms[1] ?? '', {limit: 1});
    expect(after.head).toBe(1);
    expect(after.epoch).not.toBe(before.epoch);
  });
});
