import {setTimeout as pause} from 'node:timers/promises';
import {Redis} from 'ioredis';
import {expect, test} from 'vitest';
import {startRedis} from '../redis-server.js';
import {spawnNode} from '../spawn-node.js';

test('[SES8] a leader that was frozen and wakes does nothing after another took over', async () => {
  await using redis = await startRedis();
  const env = {REDIS_URL: redis.url, PARLEY_LEASE: '1s', PARLEY_NODE_TIMEOUT: '1s', PARLEY_HEARTBEAT: '200ms'};
  await using first = await spawnNode(env);
  await using second = await spawnNode(env);
  const redisClient = new Redis(redis.url);
  const monitor = await redisClient.monitor();
  try {
    const holder = async (): Promise<string | undefined> =>
      (await redisClient.get('parley:lease:{sweeper}'))?.split(' ')[0];
    await expect.poll(holder, {timeout: 10_000}).toBeDefined();
    const leader = (await holder()) === first.node ? first : second;
    const other = leader === first ? second : first;
    const fence = async (): Promise<number> => Number(await redisClient.get('parley:lease:{sweeper}:fence'));
    const oldFence = await fence();

    leader.process.kill('SIGSTOP');
    await expect.poll(holder, {timeout: 10_000}).toBe(other.node);
    const newFence = await fence();
    expect(newFence).toBeGreaterThan(oldFence);
    // The new leader has looked at the schedule, and its fence stands before the sessions.
    await expect
      .poll(async () => Number(await redisClient.get('parley:{sessions}:fence')), {timeout: 10_000})
      .toBe(newFence);

    const looks: string[] = [];
    monitor.on('monitor', (_time: string, words: string[]) => {
      if (words.includes('parley:{sessions}:schedule') && words.includes('parley:{sessions}:fence'))
        looks.push(words.join(' '));
    });
    leader.process.kill('SIGCONT');
    const renewed = (): number => looks.filter((look) => look.includes(String(newFence))).length;
    await expect.poll(renewed, {timeout: 10_000}).toBeGreaterThan(1);
    await pause(500);
    expect(looks.filter((look) => look.includes(String(oldFence)))).toEqual([]);
    expect(await holder()).toBe(other.node);
    expect(leader.process.exitCode).toBeNull();
    // What it lost is said, and counted.
    await expect
      .poll(() => leader.output(), {timeout: 10_000})
      .toMatch(/sweeper[^\n]*leases were lost|leases were lost[^\n]*sweeper/);
    const metrics = await (await fetch(`${leader.opsUrl}/metrics`)).text();
    const counted = [...metrics.matchAll(/^parley_leases_lost_total\{of="sweeper",how="\w+"\} (\d+)$/gm)];
    expect(counted.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThanOrEqual(1);
  } finally {
    monitor.disconnect();
    redisClient.disconnect();
  }
});
