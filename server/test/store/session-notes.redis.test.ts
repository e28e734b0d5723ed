import {setTimeout as pause} from 'node:timers/promises';
import type {SessionNews, Store} from '@parley/signaling';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {FaultProxy} from '../chaos/fault-proxy.js';
import {eventually} from '../eventually.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {openStore} from './redis-cluster.js';

const limit = {most: 100, policy: 'refuse_newest'} as const;

/** Sessions are refreshed every 100 ms, and by a slow node it takes as long between one step and the next. */
const times = {resumeWindowMs: 400, heartbeatMs: 100, nodeTimeoutMs: 2_000};
const slowMs = 50;
const prefix = 'notes:';

let redis: RedisServer;
let line: FaultProxy;
let slow: Store;
let other: Store;

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  line = await FaultProxy.to(redis.port);
  slow = await openStore({url: `redis://127.0.0.1:${line.port}`}, {...times, prefix, node: 'slow'});
  other = await openStore(redis, {...times, prefix, node: 'other'});
});

afterEach(async () => {
  line.set({line: 'pass'});
  await Promise.all([slow.close(), other.close()]);
  await line[Symbol.asyncDispose]();
  await redis.command('FLUSHALL');
});

afterAll(() => redis[Symbol.asyncDispose]());

const create = (session: string) =>
  slow.sessions.create(
    {session, key: {family: 'f', own: 'k1'}, user: 'ann', name: 'Ann', attempt: 1, token: {}},
    limit,
  );

test('[SES8] sessions that end while their node refreshes them leave nothing behind', async () => {
  const sessions = Array.from({length: 30}, (_, n) => `session-${n}`);
  await Promise.all(sessions.map(create));
  line.set({line: 'delay', ms: slowMs});
  await pause(150);
  for (const session of sessions) {
    await other.sessions.end(session);
    await pause(20);
  }
  // By then nothing that began before the last end can still be written, only be taken back.
  await pause(400);
  await expect.poll(async () => (await redis.command('KEYS', '*')).match(/notes:\S*session\S*/g) ?? []).toEqual([]);
});

test('[SES8] what was noted of a session that ended while nobody could say so is forgotten in its time', async () => {
  await create('session-1');
  await redis.command('DEL', `${prefix}user:{ann}:session:session-1`);
  const noted = async (): Promise<boolean> =>
    (await redis.command('ZRANGE', `${prefix}node:{slow}:sessions`, '0', '-1')).includes('session-1');
  expect(await noted()).toBe(true);
  // Others come and go, so that the notes are kept as a whole.
  let others = 0;
  await eventually(async () => {
    await create(`other-${(others += 1)}`);
    return !(await noted());
  });
});

test('[SES8] a resume that is refused halfway leaves no session that is kept for nobody', async () => {
  await create('session-1');
  await slow.sessions.away('session-1', 1);
  line.set({line: 'delay', ms: slowMs});
  const refused = slow.sessions.resume({
    session: 'session-1',
    key: {family: 'f', own: 'k1', generation: 1},
    nextKey: 'k2',
    user: 'ann',
    attempt: 2,
    token: {},
  });
  await eventually(async () => (await other.sessions.find('session-1'))?.state === 'connected');
  await pause(slowMs + 20);
  line.cut();
  await expect(refused).rejects.toMatchObject({code: 'timeout'});
  line.set({line: 'pass'});
  const ended: string[] = [];
  await eventually(async () => {
    ended.push(...(await other.sessions.takeExpired(10)).map(({record}) => record.session));
    return ended.length > 0;
  });
  expect(ended).toEqual(['session-1']);
});

test.each([
  {there: 'a newer connection', generation: '3', kind: 'replaced'},
  {there: 'an older connection, because the store came back with older data', generation: '1', kind: 'ended'},
])('[SES6] a node that finds $there of its session hears that it is $kind', async ({generation, kind}) => {
  const news: SessionNews[] = [];
  slow.sessions.onNews((one) => news.push(one));
  await create('session-1');
  await slow.sessions.resume({
    session: 'session-1',
    key: {family: 'f', own: 'k1', generation: 1},
    nextKey: 'k2',
    user: 'ann',
    attempt: 2,
    token: {},
  });
  await redis.command('HSET', `${prefix}user:{ann}:session:session-1`, 'generation', generation, 'node', 'another');
  const second = {kind, session: 'session-1', generation: 2};
  await expect.poll(() => news.at(-1)).toEqual(second);
  // A refresh that was under way while it was resumed says of the first connection that it is replaced, as it is.
  const first = {kind: 'replaced', session: 'session-1', generation: 1};
  expect([[second], [first, second]]).toContainEqual(news);
});
