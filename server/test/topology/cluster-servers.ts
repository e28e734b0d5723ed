import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import slotOf from 'cluster-key-slot';
import {freePorts} from '../free-ports.js';
import {RedisProcess} from './redis-process.js';
import {until} from './sentinels.js';

/** A Redis Cluster of three masters and a replica of each, which take a dead master's place within about two seconds. */
export interface ClusterTopology extends AsyncDisposable {
  readonly masters: readonly RedisProcess[];
  readonly replicas: readonly RedisProcess[];
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Which of the masters has the key, as it was in the beginning. */
  indexOf(key: string): number;
  /** Moves one slot with all its keys to another master, as `redis-cli --cluster reshard` does. */
  move(slot: number, from: RedisProcess, to: RedisProcess): Promise<void>;
}

const ranges = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const;

export async function startCluster(): Promise<ClusterTopology> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-cluster-'));
  const all = (await freePorts(6, {bus: true})).map((port) => new RedisProcess(folder, port, false, {}));
  const [masters, replicas] = [all.slice(0, 3), all.slice(3)];
  const idOf = async (server: RedisProcess): Promise<string> => String(await server.command('CLUSTER', 'MYID'));
  const stop = async (): Promise<void> => {
    await Promise.all(all.map((server) => server.kill()));
    await rm(folder, {recursive: true, force: true});
  };
  try {
    await Promise.all(
      all.map(async (server) => {
        await server.configure([
          `port ${server.port}`,
          `cluster-port ${server.port + 10_000}`,
          'cluster-enabled yes',
          `cluster-config-file nodes-${server.port}.conf`,
          'cluster-node-timeout 800',
          'cluster-require-full-coverage no',
          'cluster-replica-validity-factor 0',
          'appendonly yes',
          'appendfsync no',
          'repl-diskless-sync-delay 0',
        ]);
        await server.start();
      }),
    );
    for (const [index, server] of all.entries()) await server.command('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    for (const [index, master] of masters.entries()) {
      const [first, last] = ranges[index] ?? [0, 0];
      await master.command('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
    }
    const [meeting, ...others] = all;
    for (const other of others) {
      await meeting?.command('CLUSTER', 'MEET', '127.0.0.1', String(other.port), String(other.port + 10_000));
    }
    const known = async (): Promise<boolean> => {
      const seen = await Promise.all(all.map((server) => server.command('CLUSTER', 'INFO')));
      return seen.every((info) => /cluster_state:ok/.test(String(info)) && /cluster_known_nodes:6/.test(String(info)));
    };
    await until(known);
    for (const [index, replica] of replicas.entries()) {
      const master = masters[index];
      if (master !== undefined) await replica.command('CLUSTER', 'REPLICATE', await idOf(master));
    }
    await until(async () => {
      const links = await Promise.all(replicas.map((replica) => replica.command('INFO', 'replication')));
      return links.every((info) => String(info).includes('master_link_status:up')) && (await known());
    });
    // Everybody has heard who replicates whom, or they would not vote.
    await until(async () => {
      const views = await Promise.all(all.map((server) => server.command('CLUSTER', 'NODES')));
      return views.every((view) => (String(view).match(/ (myself,)?slave /g) ?? []).length === 3);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    masters,
    replicas,
    url: all
      .slice(0, 4)
      .map(({port}) => `redis://127.0.0.1:${port}`)
      .join(),
    environment: {PARLEY_REDIS_TOPOLOGY: 'cluster'},
    indexOf: (key) => ranges.findIndex(([first, last]) => slotOf(key) >= first && slotOf(key) <= last),
    move: async (slot, from, to) => {
      const [source, target] = [await idOf(from), await idOf(to)];
      const text = String(slot);
      await to.command('CLUSTER', 'SETSLOT', text, 'IMPORTING', source);
      await from.command('CLUSTER', 'SETSLOT', text, 'MIGRATING', target);
      for (;;) {
        const keys = (await from.command('CLUSTER', 'GETKEYSINSLOT', text, '100')) as string[];
        if (keys.length === 0) break;
        await from.command('MIGRATE', '127.0.0.1', String(to.port), '', '0', '2000', 'KEYS', ...keys);
      }
      for (const server of [to, from, ...masters]) await server.command('CLUSTER', 'SETSLOT', text, 'NODE', target);
    },
    [Symbol.asyncDispose]: stop,
  };
}
