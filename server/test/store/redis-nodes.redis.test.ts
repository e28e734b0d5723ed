import {setTimeout as pause} from 'node:timers/promises';
import type {Lease, Store, StoreOptions} from '@parley/signaling';
import {eventually, nodeOf, type ClusterUnderTest} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {makeRedisCluster, openStore} from './redis-cluster.js';
import {RedisInUse} from './use-redis.js';
import {startProxy} from './tcp-proxy.js';

const limit = {most: 100, policy: 'refuse_newest'} as const;

const times = {
  heartbeatMs: 100,
  nodeTimeoutMs: 1_000,
  leaseMs: 1_000,
  resumeWindowMs: 1_000,
} satisfies Partial<StoreOptions>;

const redis = RedisInUse.forThisFile({appendonly: true});

async function cluster(count: number, overrides: Partial<StoreOptions> = {}): Promise<ClusterUnderTest> {
  const made = await makeRedisCluster(redis.server, count, {...times, ...overrides});
  redis.keep(made);
  return made;
}

const granted = (answer: Lease | {readonly heldBy: string}): Lease => {
  if ('heldBy' in answer) throw new Error(`The lease is held by ${answer.heldBy}.`);
  return answer;
};

test('[FEED6] an outage of Redis longer than the node timeout kills no node', async () => {
  const {nodes} = await cluster(3);
  const gone: string[] = [];
  for (const {bus} of nodes) bus.onNodeGone((node) => gone.push(node));
  await redis.server.kill();
  await pause(2_000);
  await redis.server.startEmpty();
  await eventually(() => {
    for (const {available} of nodes) expect(available).toBe(true);
  });
  await pause(2_000);
  expect(gone).toEqual([]);
  for (const {bus} of nodes) expect(bus.nodes().length).toBe(3);
});

test('[CALL13] a node that was cut off and taken for dead gives up its leases before it joins again', async () => {
  const prefix = 'thawed:';
  const line = await startProxy(redis.server.port);
  const other = await openStore(redis.server, {...times, node: 'other', prefix});
  const frozen = await openStore(
    {url: `redis://127.0.0.1:${line.port}`},
    {...times, leaseMs: 60_000, node: 'frozen', prefix},
  );
  redis.keep(line);
  redis.keep(other);
  redis.keep(frozen);
  const lease = granted(await frozen.leases.acquire('call:lobby'));
  await frozen.sessions.create(
    {session: 'session-1', key: {family: 'f', own: 'k1'}, user: 'ann', name: 'Ann', attempt: 1, token: {}},
    limit,
  );
  const gone: string[] = [];
  other.bus.onNodeGone((node) => gone.push(node));
  line.cut();
  await eventually(() => {
    expect(gone).toEqual(['frozen']);
  });
  expect(await other.sessions.markNodeLost('frozen', 10)).toMatchObject([{session: 'session-1'}]);
  expect(lease.lost.aborted).toBe(false);
  line.mend();
  await eventually(() => {
    expect(
      other.bus
        .nodes()
        .map(({node}) => node)
        .sort(),
    ).toEqual(['frozen', 'other']);
  });
  expect(lease.lost.aborted).toBe(true);
  granted(await other.leases.acquire('call:lobby'));
  // Its client never noticed: the session is connected after all.
  await eventually(async () => {
    expect(await other.sessions.find('session-1')).toMatchObject({state: 'connected', node: 'frozen'});
  });
  expect(gone).toEqual(['frozen']);
});

test('[SES7] a session whose node vanished is resumable for at least its window, though nobody marks it', async () => {
  const resumeWindowMs = 2_000;
  const made = await cluster(2, {resumeWindowMs});
  const [a, b] = [nodeOf(made, 0), nodeOf(made, 1)];
  await a.sessions.create(
    {session: 'session-1', key: {family: 'f', own: 'k1'}, user: 'ann', name: 'Ann', attempt: 1, token: {}},
    limit,
  );
  // Long enough that it lives by being refreshed.
  await pause(2 * resumeWindowMs);
  await made.kill(a);
  await pause(resumeWindowMs - 100);
  const outcome = await b.sessions.resume({
    session: 'session-1',
    key: {family: 'f', own: 'k1', generation: 1},
    nextKey: 'k2',
    user: 'ann',
    attempt: 2,
    token: {},
  });
  expect(outcome).toMatchObject({ok: true, previousNode: a.bus.node});
});

test('[SES8] a session whose node vanished is ended in the end, though nobody marks it', async () => {
  const made = await cluster(2);
  const [a, b] = [nodeOf(made, 0), nodeOf(made, 1)];
  await a.sessions.create(
    {session: 'session-1', key: {family: 'f', own: 'k1'}, user: 'ann', name: 'Ann', attempt: 1, token: {}},
    limit,
  );
  await made.kill(a);
  await eventually(async () => {
    expect(await b.sessions.takeExpired(10)).toMatchObject([
      {record: {session: 'session-1'}, presence: {user: 'ann', before: 'online', after: 'offline'}},
    ]);
  });
});

test('every key expires, but for those of rooms, memberships and live nodes; ended sessions leave nothing', async () => {
  await redis.server.command('FLUSHALL');
  const prefix = 'keys:';
  const store: Store = await openStore(redis.server, {...times, node: 'a', prefix});
  redis.keep(store);
  await store.rooms.create({room: 'lobby', title: 'Lobby', maxMembers: 5});
  await store.rooms.addMember('lobby', {user: 'ann', name: 'Ann'}, {name: 'room.member', data: {}});
  await store.feeds.append('lobby', {name: 'chat.message', data: {}}, {key: 'k'});
  await store.receipts.claim('k');
  granted(await store.leases.acquire('call:lobby'));
  for (const session of ['session-1', 'session-2']) {
    await store.sessions.create(
      {session, key: {family: 'f', own: 'k1'}, user: 'ann', name: 'Ann', attempt: 1, token: {}},
      limit,
    );
    await store.sessions.join(session, 'lobby');
  }
  await store.sessions.away('session-1', 1);
  const keys = async (): Promise<string[]> => (await redis.server.command('KEYS', '*')).match(/keys:\S+/g) ?? [];
  const lasting: string[] = [];
  for (const key of await keys()) if ((await redis.server.command('PTTL', key)).startsWith(':-1')) lasting.push(key);
  expect(lasting.sort()).toEqual([
    'keys:room:{lobby}',
    'keys:room:{lobby}:feed',
    'keys:room:{lobby}:members',
    'keys:room:{lobby}:order',
    'keys:rooms',
    'keys:user:{ann}:rooms',
    'keys:{nodes}:beats',
    'keys:{nodes}:descriptions',
    'keys:{nodes}:watch',
    'keys:{sessions}:schedule',
  ]);
  await store.sessions.end('session-1');
  await store.sessions.end('session-2');
  expect((await keys()).filter((key) => key.includes('session'))).toEqual([]);
});

test('a Redis that cannot be used at the start is refused with a sentence that names it, without the password', async () => {
  const refused = async (url: string): Promise<string> =>
    openStore({url}).then(
      () => 'it was used',
      (error: unknown) => (error instanceof Error ? error.message : 'no error'),
    );
  const nobody = await refused('redis://:secret@127.0.0.1:1/0');
  expect(nobody).toContain('redis://127.0.0.1:1/0');
  expect(nobody).toContain('ECONNREFUSED');
  expect(nobody).not.toContain('secret');
  await redis.server.command('CONFIG', 'SET', 'requirepass', 'right');
  const wrong = await refused(redis.server.url.replace('//', '//:wrong@'));
  const password = openStore({url: redis.server.url.replace('//', '//:right@')});
  const store = await password;
  await store.close();
  expect(wrong).toMatch(/WRONGPASS|invalid/i);
});
