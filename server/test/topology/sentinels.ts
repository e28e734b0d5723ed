import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePorts} from '../free-ports.js';
import {RedisProcess, type Access, type Settings} from './redis-process.js';

/** A master, a replica, and three Sentinels that watch over them: they agree on a failover within about a second. */
export interface SentinelTopology extends AsyncDisposable {
  readonly master: RedisProcess;
  readonly replica: RedisProcess;
  readonly sentinels: readonly RedisProcess[];
  /** For REDIS_URL. */
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** From now on the replica gets nothing more, not even what is on its way, until it is let go on. */
  cutReplica(): Promise<void>;
  /** Who is the master, by the Sentinels. */
  masterPort(): Promise<number>;
}

export interface SentinelOptions {
  /** Further settings of the servers. */
  readonly settings?: Settings;
  /** How the Sentinels, the nodes and tests get in. */
  readonly password?: string;
}

const name = 'main';

export async function startSentinels({settings = [], password}: SentinelOptions = {}): Promise<SentinelTopology> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sentinel-'));
  const ports = await freePorts(5);
  const access: Access = password === undefined ? {} : {password};
  const make = (index: number, sentinel: boolean): RedisProcess =>
    new RedisProcess(folder, ports[index] ?? 0, sentinel, sentinel ? {} : access);
  const [master, replica] = [make(0, false), make(1, false)];
  const sentinels = [make(2, true), make(3, true), make(4, true)];
  const all = [master, replica, ...sentinels];
  const own = (port: number): string[] => [
    `port ${port}`,
    'appendonly yes',
    'appendfsync no',
    'repl-diskless-sync-delay 0',
    ...(password === undefined ? [] : [`requirepass ${password}`, `masterauth ${password}`]),
    ...settings,
  ];
  try {
    await master.configure(own(master.port));
    await replica.configure([...own(replica.port), `replicaof 127.0.0.1 ${master.port}`]);
    await Promise.all([master.start(), replica.start()]);
    await until(async () => String(await replica.command('INFO', 'replication')).includes('master_link_status:up'));
    for (const sentinel of sentinels) {
      await sentinel.configure([
        `port ${sentinel.port}`,
        `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
        `sentinel down-after-milliseconds ${name} 500`,
        `sentinel failover-timeout ${name} 3000`,
        ...(password === undefined ? [] : [`sentinel auth-pass ${name} ${password}`]),
      ]);
    }
    await Promise.all(sentinels.map((sentinel) => sentinel.start()));
    await until(async () => {
      const known = await Promise.all(sentinels.map((sentinel) => sentinel.command('SENTINEL', 'MASTER', name)));
      return known.every((facts) => /num-slaves,1.*num-other-sentinels,2/.test(String(facts)));
    });
  } catch (error) {
    await Promise.all(all.map((each) => each.kill()));
    throw error;
  }
  return {
    master,
    replica,
    sentinels,
    url: sentinels.map(({port}) => `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`).join(),
    environment: {PARLEY_REDIS_TOPOLOGY: 'sentinel', PARLEY_REDIS_MASTER: name},
    cutReplica: () => cutReplica(master, replica),
    masterPort: async () => {
      const [, port] = (await sentinels[0]?.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as [string, string];
      return Number(port);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((each) => each.kill()));
      await rm(folder, {recursive: true, force: true});
    },
  };
}

/** A process that only stands still would still read what its socket holds. */
export async function cutReplica(master: RedisProcess, replica: RedisProcess): Promise<void> {
  await until(async () => String(await master.command('WAIT', '1', '1000')) === '1');
  replica.signal('SIGSTOP');
  await master.command('CLIENT', 'KILL', 'TYPE', 'replica');
}

export async function until(condition: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('Waited in vain.');
}
