import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {startRedis, type RedisServer} from '../redis-server.js';
import {defects, openStore} from './redis-cluster.js';

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

test('[PRES2] a user of more rooms than commands may be under way costs nobody else their answers', async () => {
  const prefix = 'rooms:';
  const store = await openStore(redis, {prefix});
  const names = Array.from({length: 12_000}, (_, n) => `r${n}`);
  for (let at = 0; at < names.length; at += 500) {
    await redis.command('SADD', `${prefix}user:{ann}:rooms`, ...names.slice(at, at + 500));
    await Promise.all(
      names.slice(at, at + 500).map(async (room) => {
        await store.rooms.create({room, title: room, maxMembers: 5});
        await store.rooms.addMember(room, {user: 'ann', name: 'Ann'}, {name: 'room.member', data: {}});
      }),
    );
  }
  const asked = store.rooms.roomsOf('ann');
  const others = Promise.all(Array.from({length: 2_000}, () => store.rooms.get('r1')));
  expect((await others).every((room) => room?.members === 1)).toBe(true);
  expect([...(await asked)].sort()).toEqual([...names].sort());
  await store.close();
});
