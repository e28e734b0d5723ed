import type {Store} from '@parley/signaling';
import {eventually, RecordingFeed} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {openStore, targetOf} from './redis-cluster.js';
import {RedisInUse} from './use-redis.js';
import {startProxy, type TcpProxy} from './tcp-proxy.js';

const redis = RedisInUse.forThisFile();

/** A node whose bytes from Redis are counted. It is quiet by itself for the time of the test. */
async function node(name: string, pubSub: string): Promise<{store: Store; line: TcpProxy}> {
  const line = await startProxy(redis.server.port);
  const target = targetOf(`redis://127.0.0.1:${line.port}`, {PARLEY_REDIS_PUBSUB: pubSub});
  const store = await openStore(redis.server, {
    node: name,
    prefix: `${pubSub}:`,
    target,
    compareMs: 60_000,
    heartbeatMs: 60_000,
  });
  redis.keep(line);
  redis.keep(store);
  return {store, line};
}

const messages = 500;

for (const pubSub of ['sharded', 'classic'] as const) {
  test(`a node without a member of a room pays nothing for its messages: ${pubSub}`, async () => {
    const busy = await node('busy', pubSub);
    const idle = await node('idle', pubSub);
    const former = await RecordingFeed.open(idle.store, 'lobby');
    await former.feed.close();
    const feed = await RecordingFeed.open(busy.store, 'lobby');
    const [busyBefore, idleBefore] = [busy.line.received, idle.line.received];
    for (let n = 0; n < messages; n += 1)
      await busy.store.feeds.append('lobby', {name: 'chat.message', data: {text: 'x'.repeat(200)}});
    await eventually(() => {
      expect(feed.entries).toHaveLength(messages);
    });
    expect(busy.line.received - busyBefore).toBeGreaterThan(messages * 200);
    // Answers to its pings, and to tasks of its own; not so much as one of the messages.
    expect(idle.line.received - idleBefore).toBeLessThan(200);
    expect(former.entries).toEqual([]);
  });
}
