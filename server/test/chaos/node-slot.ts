import {readdir, readFile} from 'node:fs/promises';
import {setTimeout as pause} from 'node:timers/promises';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';
import {collectable} from './collectable.js';
import {FaultProxy} from './fault-proxy.js';

export interface NodeUse {
  /** For how long the process has been running. */
  readonly upMs: number;
  readonly residentMiB: number;
  /** Garbage collected. */
  readonly heapMiB: number;
  /** Open files, sockets among them. */
  readonly files: number;
  /** Of libuv: sockets, servers, timers that hold the process. */
  readonly handles: number;
  /** Sessions that are connected. */
  readonly connections: number;
}

/** A connection that stays open for the next request would count as one that the node has left. */
export const onItsOwn = {connection: 'close'} as const;

const collectMs = 150;

/** A place for a node: the process in it comes and goes, its way to Redis and its clients' way to it remain. */
export class NodeSlot implements AsyncDisposable {
  readonly name: string;
  /** Between this node and Redis. */
  readonly redis: FaultProxy;
  readonly #env: Readonly<Record<string, string>>;
  readonly #onPort: (port: number | undefined) => void;
  readonly #outputs: string[] = [];
  readonly #killed = new WeakSet<SpawnedNode>();
  #node: SpawnedNode | undefined;
  #starting: Promise<void> | undefined;
  #startedAt = 0;
  #frozen = false;
  #disposed = false;

  static async open(
    name: string,
    options: {redisPort: number; env: Readonly<Record<string, string>>; onPort: (port: number | undefined) => void},
  ): Promise<NodeSlot> {
    const redis = await FaultProxy.to(options.redisPort);
    const slot = new NodeSlot(name, redis, options.env, options.onPort);
    await slot.start();
    return slot;
  }

  private constructor(
    name: string,
    redis: FaultProxy,
    env: Readonly<Record<string, string>>,
    onPort: (port: number | undefined) => void,
  ) {
    this.name = name;
    this.redis = redis;
    this.#env = {...env, ...collectable, REDIS_URL: `redis://127.0.0.1:${redis.port}`, PARLEY_NODE_NAME: name};
    this.#onPort = onPort;
  }

  /** The process that runs, unless it is down. */
  get node(): SpawnedNode | undefined {
    return this.#node;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Of all processes that were here. */
  get output(): string {
    return [...this.#outputs, this.#node?.output() ?? ''].join('');
  }

  /** Starts a process if none runs or is starting, as often as it takes while Redis cannot be reached. */
  start(): Promise<void> {
    const before = this.#starting?.catch(() => undefined);
    this.#starting = (before ?? Promise.resolve()).then(() => this.#start());
    return this.#starting;
  }

  /**
   * Ends the process: by SIGKILL as a crash would, or by SIGTERM in order. Resolves with how it ended by itself; undefined if there was
   * none, or if it was killed, be it meanwhile.
   */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals | undefined> {
    const node = this.#node;
    if (!node) return undefined;
    if (signal === 'SIGKILL') {
      this.#onPort(undefined);
      this.#killed.add(node);
    }
    node.kill(signal);
    const how = await node.ended;
    if (this.#node !== node) return undefined;
    this.#onPort(undefined);
    this.#outputs.push(node.output());
    this.#node = undefined;
    return this.#killed.has(node) ? undefined : how;
  }

  freeze(): void {
    this.#frozen = true;
    this.#node?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#frozen = false;
    this.#node?.kill('SIGCONT');
  }

  async isReady(): Promise<boolean> {
    if (!this.#node) return false;
    const answer = await fetch(`${this.#node.opsUrl}/ready`, {
      headers: onItsOwn,
      signal: AbortSignal.timeout(1_000),
    }).catch(() => undefined);
    return answer?.status === 200;
  }

  /** What the process uses once its garbage is collected, by its own account and the system's. */
  async use(): Promise<NodeUse> {
    // What one collection finalizes can only be freed by the next.
    for (let times = 0; times < 2; times += 1) {
      this.#node?.kill('SIGUSR2');
      await pause(collectMs);
    }
    const process = `/proc/${this.#node?.pid ?? 0}`;
    const [status, files, metrics] = await Promise.all([
      readFile(`${process}/status`, 'utf8'),
      readdir(`${process}/fd`),
      fetch(`${this.#node?.opsUrl ?? ''}/metrics`, {headers: onItsOwn, signal: AbortSignal.timeout(5_000)}).then(
        (answer) => answer.text(),
      ),
    ]);
    const metric = (name: string): number => Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(metrics)?.[1]);
    return {
      upMs: performance.now() - this.#startedAt,
      residentMiB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024),
      heapMiB: Math.round(metric('nodejs_heap_size_used_bytes') / 2 ** 20),
      files: files.length,
      handles: metric('nodejs_active_handles_total'),
      connections: metric('parley_connections'),
    };
  }

  async #start(): Promise<void> {
    for (let attempt = 1; this.#node === undefined && !this.#disposed; attempt += 1) {
      try {
        this.#node = await spawnNode(this.#env);
        this.#startedAt = performance.now();
        this.#onPort(Number(new URL(this.#node.url).port));
      } catch (failure) {
        if (attempt >= 30) throw failure;
        await pause(300);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#starting?.catch(() => undefined);
    await this.end('SIGKILL');
    await this.redis[Symbol.asyncDispose]();
  }
}
