import type {Store} from '@parley/signaling';
import {eventually} from '@parley/signaling/testing';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {FaultProxy} from '../chaos/fault-proxy.js';
import type {Line} from '../chaos/pipe.js';
import {startRedis, type RedisServer} from '../redis-server.js';
import {countUnhandled} from '../topology/witnesses.js';
import {defects, openStore, targetOf} from './redis-cluster.js';
import {startProxy, type TcpProxy} from './tcp-proxy.js';

let redis: RedisServer;
let unhandled: ReturnType<typeof countUnhandled>;
const open: {close(): unknown}[] = [];
beforeAll(async () => {
  redis = await startRedis({appendonly: true});
  unhandled = countUnhandled();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  unhandled.stop();
  expect(unhandled.seen).toEqual([]);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  expect(defects.splice(0)).toEqual([]);
});

const storeBehind = (port: number, name: string): Promise<Store> =>
  openStore(redis, {node: name, prefix: 'bus:', target: targetOf(`redis://127.0.0.1:${port}`)});

async function node(name: string): Promise<{store: Store; line: TcpProxy}> {
  const line = await startProxy(redis.port);
  const store = await storeBehind(line.port, name);
  open.unshift(store, line);
  return {store, line};
}

type Node = Awaited<ReturnType<typeof node>>;

/** Two nodes that know each other. */
async function twoNodes(): Promise<readonly [Node, Node]> {
  const nodes = [await node('a'), await node('b')] as const;
  await eventually(() => {
    for (const {store} of nodes) expect(store.bus.nodes()).toHaveLength(2);
  });
  return nodes;
}

test('a request whose answer is lost is repeated, carried out once, and gets the first answer', async () => {
  const [a, b] = await twoNodes();
  let done = 0;
  b.store.bus.handle('count', async () => {
    done += 1;
    const answer = done;
    a.line.cut();
    await eventually(() => {
      expect(a.store.available).toBe(false);
    });
    setTimeout(() => {
      a.line.mend();
    }, 50);
    return answer;
  });
  expect(await a.store.bus.request('b', 'count', {})).toBe(1);
  expect(done).toBe(1);
});

test('a repetition that the network gives out after its deadline is not carried out again', async () => {
  const [aLine, bLine] = [await FaultProxy.to(redis.port), await FaultProxy.to(redis.port)];
  const [a, b] = [await storeBehind(aLine.port, 'a'), await storeBehind(bLine.port, 'b')];
  open.unshift(a, b, {close: () => Promise.all([aLine[Symbol.asyncDispose](), bLine[Symbol.asyncDispose]()])});
  await eventually(() => {
    for (const store of [a, b]) expect(store.bus.nodes()).toHaveLength(2);
  });
  const hold = (line: Line): void => {
    for (const one of [aLine, bLine]) one.set(line);
  };
  let done = 0;
  b.bus.handle('count', () => {
    // The answer, and the repetition for want of it, get as far as the network.
    if (done === 0) hold({line: 'one-way', open: 'back'});
    return Promise.resolve((done += 1));
  });
  b.bus.handle('greet', () => Promise.resolve('hello'));
  await expect(a.bus.request('b', 'count', {}, {deadlineMs: 1_000})).rejects.toMatchObject({code: 'timeout'});
  // The other node heard it a little later, and by then has something else to do.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await b.bus.request('b', 'greet', {}, {deadlineMs: 1_000});
  hold({line: 'pass'});
  expect(await a.bus.request('b', 'greet', {})).toBe('hello');
  expect(done).toBe(1);
});

test('a request to a node whose connection is just coming back reaches it', async () => {
  const [a, b] = await twoNodes();
  b.store.bus.handle('greet', () => Promise.resolve('hello'));
  b.line.cut();
  const answer = a.store.bus.request('b', 'greet', {});
  b.line.mend();
  expect(await answer).toBe('hello');
});

test('[FEED6] Redis that is cut off, stands still, is restarted and comes back empty under everything leaves no rejection unhandled', async () => {
  const [a, b] = await twoNodes();
  let going = true;
  const busy = async ({store}: {store: Store}): Promise<void> => {
    for (let n = 0; going; n += 1) {
      const name = `room-${n % 7}`;
      await Promise.allSettled([
        store.feeds.append(name, {name: 'chat.message', data: {n}}, {key: `${store.bus.node}-${n}`}),
        store.feeds
          .open(name, {onEntry: () => {}, onEphemeral: () => {}, onReset: () => {}})
          .then((feed) => feed.close()),
        store.bus.request(n % 2 === 0 ? 'a' : 'b', 'echo', n, {deadlineMs: 300}),
        store.leases.acquire(`lease-${n % 3}`),
        store.sessions.ofUser('ann'),
        new Promise((resolve) => setTimeout(resolve, 5)),
      ]);
      store.feeds.publish(name, {name: 'chat.typing', data: {}});
      store.bus.broadcast('news', n);
    }
  };
  for (const {store} of [a, b]) store.bus.handle('echo', (n) => Promise.resolve(n));
  const both = Promise.all([busy(a), busy(b)]);
  const wait = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));
  for (const line of [a.line, b.line]) {
    line.cut();
    await wait(100);
    line.mend();
    await wait(150);
  }
  redis.freeze();
  await wait(300);
  redis.thaw();
  await wait(100);
  await redis.kill();
  await wait(100);
  await redis.start();
  await wait(200);
  await redis.kill();
  await redis.startEmpty();
  await eventually(() => {
    expect([a.store.available, b.store.available]).toEqual([true, true]);
  });
  await wait(200);
  going = false;
  await both;
  expect(unhandled.seen).toEqual([]);
});
