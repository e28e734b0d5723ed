import {cp, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startRedis, type RedisServer} from '../redis-server.js';
import {testApiKey} from '../start-node.js';
import {FaultProxy} from './fault-proxy.js';
import {NodeSlot} from './node-slot.js';

/** Short enough that a run of seconds sees nodes taken for dead, sessions expire and connections found silent. */
const chaosEnvironment = {
  PARLEY_HEARTBEAT: '500ms',
  PARLEY_NODE_TIMEOUT: '2s',
  PARLEY_LEASE: '2s',
  PARLEY_RESUME_WINDOW: '8s',
  PARLEY_KEEPALIVE_INTERVAL: '1s',
  PARLEY_KEEPALIVE_TIMEOUT: '2s',
  PARLEY_DRAIN_TIME: '10s',
  PARLEY_REQUESTS_PER_SECOND: '200',
};
export const resumeWindowMs = 8_000;

/** A cluster of real processes and a real Redis, with breakable lines between all of them and their clients. */
export class Cluster implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly #slots: NodeSlot[] = [];
  /** By client: its way to each slot. */
  readonly #ways = new Map<string, readonly FaultProxy[]>();
  readonly #ports: (number | undefined)[] = [];
  readonly #backups: string[] = [];

  static async open(nodes: number): Promise<Cluster> {
    // What it has acknowledged it has after a kill: a loss is the plan's, never the disk's.
    const cluster = new Cluster(await startRedis({appendonly: true, appendfsync: 'no'}));
    try {
      for (let index = 0; index < nodes; index += 1) await cluster.#add(index);
      return cluster;
    } catch (failure) {
      await cluster[Symbol.asyncDispose]();
      throw failure;
    }
  }

  private constructor(redis: RedisServer) {
    this.redis = redis;
  }

  get slots(): readonly NodeSlot[] {
    return this.#slots;
  }

  /** The addresses by which a client of this name reaches the nodes, through lines of its own. */
  async addresses(client: string): Promise<[string, ...string[]]> {
    let ways = this.#ways.get(client);
    if (!ways) {
      ways = await Promise.all(this.#slots.map((_, index) => FaultProxy.to(this.#ports[index])));
      this.#ways.set(client, ways);
    }
    const [first, ...others] = ways.map(({port}) => `http://127.0.0.1:${port}`);
    return [first!, ...others];
  }

  ways(client: string): readonly FaultProxy[] {
    return this.#ways.get(client) ?? [];
  }

  /** Copies what Redis has written to disk so far; resolves with where. */
  async backUp(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-chaos-'));
    this.#backups.push(folder);
    await cp(this.redis.folder, folder, {recursive: true});
    return folder;
  }

  /** Starts Redis, which is down, with what it had then. */
  async startWith(backup: string): Promise<void> {
    for (const entry of await readdir(this.redis.folder)) {
      await rm(join(this.redis.folder, entry), {recursive: true, force: true});
    }
    await cp(backup, this.redis.folder, {recursive: true});
    await this.redis.start();
  }

  /** Asks the operations port of a node that answers. */
  async api(path: string, init: RequestInit = {}): Promise<Response> {
    let failure: unknown = new Error('no node runs');
    for (const {node, frozen} of this.#slots) {
      if (!node || frozen) continue;
      try {
        const headers = {authorization: `Bearer ${testApiKey}`, 'content-type': 'application/json'};
        return await fetch(`${node.opsUrl}/v1${path}`, {headers, signal: AbortSignal.timeout(8_000), ...init});
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** All keys of Redis with their time to live in milliseconds, -1 for none. */
  async keys(): Promise<string[]> {
    const answer = await this.redis.command('KEYS', '*');
    return answer.split('\r\n').filter((_, line) => line > 0 && line % 2 === 0 && answer.startsWith('*'));
  }

  async #add(index: number): Promise<void> {
    const onPort = (port: number | undefined): void => {
      this.#ports[index] = port;
      for (const ways of this.#ways.values()) ways[index]!.retarget(port);
    };
    const options = {redisPort: this.redis.port, env: chaosEnvironment, onPort};
    this.#slots.push(await NodeSlot.open(`node${index}`, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const slot of this.#slots) await slot[Symbol.asyncDispose]();
    for (const ways of this.#ways.values()) for (const way of ways) await way[Symbol.asyncDispose]();
    await this.redis[Symbol.asyncDispose]();
    for (const folder of this.#backups) await rm(folder, {recursive: true, force: true});
  }
}
