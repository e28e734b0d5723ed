import {testApiKey} from '../start-node.js';
import {nameOfNode} from './fault.js';
import {FaultProxy} from './fault-proxy.js';
import {NodeSlot, onItsOwn} from './node-slot.js';
import type {Persistence} from './persistence.js';
import {RedisPlace} from './redis-place.js';

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
  readonly redis: RedisPlace;
  readonly #slots: NodeSlot[] = [];
  /** By client: its way to each slot. */
  readonly #ways = new Map<string, readonly FaultProxy[]>();
  readonly #ports: (number | undefined)[] = [];

  static async open(nodes: number, persistence: Persistence): Promise<Cluster> {
    const cluster = new Cluster(await RedisPlace.open(persistence));
    try {
      for (let index = 0; index < nodes; index += 1) await cluster.#add(index);
      return cluster;
    } catch (failure) {
      await cluster[Symbol.asyncDispose]();
      throw failure;
    }
  }

  private constructor(redis: RedisPlace) {
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

  /** All ways to a node, from whichever client. */
  waysTo(slot: number): readonly FaultProxy[] {
    return [...this.#ways.values()].map((ways) => ways[slot]!);
  }

  /** New connections to Redis of these nodes, by default all, go to the present primary. */
  followPrimary(slots: readonly NodeSlot[] = this.#slots): void {
    for (const {redis} of slots) redis.retarget(this.redis.primary.port);
  }

  /** The names of the nodes that a client of this name is connected to. */
  via(client: string): readonly string[] {
    return this.ways(client).flatMap(({inUse}, index) => (inUse ? nameOfNode(index) : []));
  }

  /** Asks the operations port of a node that answers. */
  async api(path: string, init: RequestInit = {}): Promise<Response> {
    return (await this.ask(path, init)).answer;
  }

  /** The same, and says which node answered. */
  async ask(path: string, init: RequestInit = {}): Promise<{readonly answer: Response; readonly by: string}> {
    let failure: unknown = new Error('no node runs');
    for (const {name, node, frozen} of this.#slots) {
      if (!node || frozen) continue;
      try {
        const headers = {authorization: `Bearer ${testApiKey}`, 'content-type': 'application/json', ...onItsOwn};
        const signal = AbortSignal.timeout(8_000);
        return {answer: await fetch(`${node.opsUrl}/v1${path}`, {headers, signal, ...init}), by: name};
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** The processes that run, but for those that were frozen on purpose. */
  get pids(): readonly number[] {
    const nodes = this.#slots.flatMap(({node, frozen}) => (node && !frozen ? node.pid : []));
    return [...nodes, ...(this.redis.primary.pid === undefined ? [] : [this.redis.primary.pid])];
  }

  /** How many channels and patterns anybody listens to. */
  async channels(): Promise<number> {
    const {primary} = this.redis;
    const [classic, sharded] = [
      texts(await primary.command('PUBSUB', 'CHANNELS')),
      texts(await primary.command('PUBSUB', 'SHARDCHANNELS')),
    ];
    return classic.length + sharded.length + Number((await primary.command('PUBSUB', 'NUMPAT')).slice(1));
  }

  /** All keys of Redis with their time to live in milliseconds, -1 for none. */
  async keys(): Promise<ReadonlyMap<string, number>> {
    const {primary} = this.redis;
    const found = new Map<string, number>();
    for (const name of texts(await primary.command('KEYS', '*')))
      found.set(name, Number((await primary.command('PTTL', name)).slice(1)));
    return found;
  }

  /** The members of a room, as Redis has them. */
  async members(room: string): Promise<readonly string[]> {
    return texts(await this.redis.primary.command('HKEYS', `parley:room:{${room}}:members`));
  }

  async #add(index: number): Promise<void> {
    const onPort = (port: number | undefined): void => {
      this.#ports[index] = port;
      for (const ways of this.#ways.values()) ways[index]!.retarget(port);
    };
    const options = {redisPort: this.redis.primary.port, env: chaosEnvironment, onPort};
    this.#slots.push(await NodeSlot.open(nameOfNode(index), options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const slot of this.#slots) await slot[Symbol.asyncDispose]();
    for (const ways of this.#ways.values()) for (const way of ways) await way[Symbol.asyncDispose]();
    await this.redis[Symbol.asyncDispose]();
  }
}

/** The texts of an array in Redis's protocol. */
const texts = (answer: string): string[] =>
  answer.split('\r\n').filter((_, line) => line > 0 && line % 2 === 0 && answer.startsWith('*'));
