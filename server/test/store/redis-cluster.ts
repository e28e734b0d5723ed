import {setTimeout as pause} from 'node:timers/promises';
import type {Store, StoreOptions} from '@parley/signaling';
import {eventually, storeOptions, type ClusterUnderTest} from '@parley/signaling/testing';
import {createClock} from '../../src/clock.js';
import {CommandLine} from '../../src/cluster/command-line.js';
import {openTopology} from '../../src/cluster/open-topology.js';
import {createRedisStore, type RedisStoreOptions} from '../../src/cluster/redis-store.js';
import type {RedisTarget} from '../../src/cluster/redis-target.js';
import {silentObserver} from '../../src/cluster/store-observer.js';
import {makeConfig} from '../../src/config/make-config.js';
import {readRedisTarget} from '../../src/read-redis-target.js';
import type {RedisServer} from '../redis-server.js';
import {startProxy, type TcpProxy} from './tcp-proxy.js';

let clusters = 0;

/** What the stores of these tests reported as nobody's answer: nothing should. */
export const defects: unknown[] = [];

/** As a node with these settings would have it. */
export function targetOf(url: string, settings: Readonly<Record<string, string>> = {}): RedisTarget {
  const {redis} = makeConfig({REDIS_URL: url, ...settings}).store;
  if (redis === undefined) throw new Error('There is no address.');
  return readRedisTarget(redis);
}

/** A line for commands without a store. */
export async function openLine(url: string): Promise<CommandLine> {
  const [target, clock] = [targetOf(url), createClock()];
  const topology = await openTopology(target, 'test', clock);
  return CommandLine.open({target, topology, name: 'test', clock, observer: silentObserver});
}

/** A store with a prefix of its own unless given. */
export function openStore(redis: {readonly url: string}, options: Partial<RedisStoreOptions> = {}): Promise<Store> {
  return createRedisStore({
    ...storeOptions('node'),
    target: options.target ?? targetOf(redis.url),
    prefix: `test${(clusters += 1)}:`,
    clock: createClock(),
    onDefect: (error) => {
      defects.push(error);
    },
    compareMs: 200,
    ...options,
  });
}

/** Nodes in this process, each with a line to Redis of its own that can be cut. */
export async function makeRedisCluster(
  redis: RedisServer,
  count: number,
  overrides: Partial<StoreOptions> = {},
  prefix = `test${(clusters += 1)}:`,
): Promise<ClusterUnderTest> {
  const lines = new Map<Store, TcpProxy>();
  const killed = new Set<Store>();
  const join = async (more: Partial<StoreOptions> = {}): Promise<Store> => {
    const line = await startProxy(redis.port);
    const options = {...overrides, ...more, node: `node-${lines.size + 1}`};
    const store = await openStore({url: `redis://127.0.0.1:${line.port}`}, {...options, prefix});
    lines.set(store, line);
    return store;
  };
  const nodes: Store[] = [];
  for (let index = 0; index < count; index += 1) nodes.push(await join());
  const reached = async (available: boolean): Promise<void> => {
    await eventually(() => {
      for (const store of lines.keys())
        if (!killed.has(store) && store.available !== available) throw new Error(`${store.bus.node} has not noticed.`);
    });
  };
  await eventually(() => {
    for (const {bus} of nodes) if (bus.nodes().length < count) throw new Error('The nodes do not know each other.');
  });
  return {
    nodes,
    join,
    // To the others a node whose line is cut for good is as dead as one whose process was killed.
    kill: async (store) => {
      killed.add(store);
      lines.get(store)?.cut();
      await Promise.resolve();
    },
    now: () => Date.now(),
    pass: (ms) => pause(ms),
    setAvailable: async (available) => {
      for (const [store, line] of lines) if (!killed.has(store)) line[available ? 'mend' : 'cut']();
      await reached(available);
    },
    close: async () => {
      await Promise.all([...lines.keys()].map((store) => store.close()));
      await Promise.all([...lines.values()].map((line) => line.close()));
    },
  };
}
