import {deletedLogKeptMs, deletedRoomKeptMs} from '@parley/signaling';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {startRedis, type RedisServer} from '../redis-server.js';
import {defects, openStore} from './redis-cluster.js';

const prefix = 'ending:';
const deleted = {name: 'room.deleted', data: {}};
const joined = {name: 'room.member', data: {}};
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});
afterEach(() => {
  expect(defects.splice(0)).toEqual([]);
});

const ttl = async (key: string): Promise<number> =>
  Number((await redis.command('PTTL', prefix + key)).replace(':', ''));

async function keys(pattern: string): Promise<string[]> {
  const answer = await redis.command('KEYS', prefix + pattern);
  return [...answer.matchAll(new RegExp(`^${prefix}(.*)\\r$`, 'gm'))].map(([, key = '']) => key).sort();
}

test('[ROOM8] of a deleted room the log stays for an hour and its head for a week, and nothing else', async () => {
  const store = await openStore(redis, {prefix});
  await store.rooms.create({room: 'den', title: 'Den', maxMembers: 1_000, slowModeMs: 60_000});
  const users = Array.from({length: 700}, (_, n) => `u${n}`);
  await Promise.all(users.map((user) => store.rooms.addMember('den', {user, name: user}, joined)));
  await store.rooms.setGroup('den', 'staff', 'admin');
  await store.calls.setSettings('den', {lobby: true});
  await store.calls.note('den', 1, new Map([['locked', 'yes']]), 60_000);
  for (const key of ['a', 'b'])
    await store.feeds.append('den', {name: 'chat.message', data: {}}, {key, pace: {user: key, exempt: false}});
  expect(await store.rooms.delete('den', deleted)).toBe(true);
  expect(await keys('*den*')).toEqual(['room:{den}:feed', 'room:{den}:log']);
  expect([...(await keys('user:*')), ...(await keys('group:*'))]).toEqual([]);
  expect(await ttl('room:{den}:log')).toBeGreaterThan(0);
  expect(await ttl('room:{den}:log')).toBeLessThanOrEqual(deletedLogKeptMs);
  expect(await ttl('room:{den}:feed')).toBeGreaterThan(deletedLogKeptMs);
  expect(await ttl('room:{den}:feed')).toBeLessThanOrEqual(deletedRoomKeptMs);
  await store.rooms.create({room: 'den', title: 'Den', maxMembers: 5});
  expect(await ttl('room:{den}:feed')).toBe(-1);
  await store.close();
});

test('[ROOM10] what a node that died had left of a deleted room where it is only named goes with a repetition', async () => {
  const store = await openStore(redis, {prefix});
  const before = await redis.command('ZCARD', `${prefix}rooms`);
  // As its script leaves them: the name on the lists of others.
  await redis.command('ZADD', `${prefix}room:{lost}:former`, '0', 'ann', '0', 'bob');
  await redis.command('ZADD', `${prefix}rooms`, '0', 'lost');
  for (const user of ['ann', 'bob']) await redis.command('SADD', `${prefix}user:{${user}}:rooms`, 'lost');
  expect(await store.rooms.delete('lost', deleted)).toBe(false);
  expect([...(await keys('*lost*')), ...(await keys('user:*'))]).toEqual([]);
  expect((await store.rooms.list({limit: 9})).rooms.map(({room}) => room)).not.toContain('lost');
  expect(await redis.command('ZCARD', `${prefix}rooms`)).toBe(before);
  await store.close();
});

test('[FEED5] a store that has forgotten a deleted room has lost nothing of the others', async () => {
  const [one, other] = await Promise.all([openStore(redis, {prefix}), openStore(redis, {prefix})]);
  await one.rooms.create({room: 'kept', title: 'Kept', maxMembers: 5});
  await one.feeds.append('kept', {name: 'chat.message', data: {}});
  const {epoch} = await other.feeds.read('kept', {limit: 1});
  await one.rooms.create({room: 'gone', title: 'Gone', maxMembers: 5});
  await one.rooms.delete('gone', deleted);
  await redis.command('CLIENT', 'KILL', 'TYPE', 'normal');
  for (const {feeds} of [one, other])
    await expect.poll(() => feeds.read('kept', {limit: 1}).then(({epoch: now}) => now, String)).toBe(epoch);
  expect((await other.feeds.append('kept', {name: 'chat.message', data: {}})).epoch).toBe(epoch);
  await Promise.all([one.close(), other.close()]);
});
