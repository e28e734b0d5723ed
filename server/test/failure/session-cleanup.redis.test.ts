import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {startRedis} from '../redis-server.js';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';

const windowMs = 1_000;
const nodeTimeoutMs = 600;
/** Sweeping once a second, another node's lease that must end first, and a slow machine. */
const fewSecondsMs = 6_000;

interface Listed {
  readonly sessions: readonly {readonly state: string; readonly node: string}[];
}

async function sessionsOf(node: SpawnedNode, user: string): Promise<Listed['sessions']> {
  const answer = await fetch(`${node.opsUrl}/v1/users/${user}/sessions`, {
    headers: {authorization: `Bearer ${node.apiKey}`},
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Listed).sessions;
}

test('[SES19] the sessions of killed nodes are away, then over, within the bound, though every node was killed', async () => {
  await using redis = await startRedis();
  const env = {
    REDIS_URL: redis.url,
    PARLEY_RESUME_WINDOW: `${windowMs}ms`,
    PARLEY_NODE_TIMEOUT: `${nodeTimeoutMs}ms`,
    PARLEY_HEARTBEAT: '100ms',
    PARLEY_LEASE: '1s',
  };
  await using one = await spawnNode(env);
  await using two = await spawnNode(env);
  const clients = await Promise.all(
    [one, two, one].map(async (node) => connectBare(node, {token: await node.token('ann')})),
  );
  expect(await sessionsOf(one, 'ann')).toHaveLength(3);
  one.kill();
  two.kill();
  await Promise.all([one.ended, two.ended]);
  // If nobody came back: the longest that a connected one is kept unless refreshed, its window, and ten minutes.
  const forgottenMs = 90_000 + windowMs + 600_000;
  const names = (await redis.command('KEYS', '*session*')).split('\r\n').filter((line) => line.includes('session'));
  // Three sessions, whose each is, and which each node has; besides, what there is once for all.
  const keys = names.filter((name) => !name.includes('{sessions}'));
  expect(keys).toHaveLength(8);
  for (const key of keys) {
    const ttlMs = Number((await redis.command('PTTL', key)).slice(1));
    expect(ttlMs, key).toBeGreaterThan(0);
    expect(ttlMs, key).toBeLessThanOrEqual(forgottenMs);
  }

  await using survivor = await spawnNode(env);
  const returnedAt = performance.now();
  await eventually(async () => (await sessionsOf(survivor, 'ann')).every(({state}) => state === 'away'), 'away');
  expect(performance.now() - returnedAt).toBeLessThan(nodeTimeoutMs + 2 * 100 + fewSecondsMs);
  await eventually(async () => (await sessionsOf(survivor, 'ann')).length === 0, 'over');
  expect(performance.now() - returnedAt).toBeLessThan(nodeTimeoutMs + windowMs + fewSecondsMs);
  for (const client of clients) await client[Symbol.asyncDispose]();
});
