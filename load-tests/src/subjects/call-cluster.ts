import {mediaSettings, workersOf} from './media-worker.js';
import {newSecret, startParleyNode, type RunningNode} from './parley.js';
import {startRedis, type RunningRedis} from './redis.js';

/** Hubs where peers connect, and nodes that run their calls, over one Redis. */
export class CallCluster implements AsyncDisposable {
  readonly secret = newSecret();
  readonly hubs: RunningNode[] = [];
  readonly media: RunningNode[] = [];
  readonly #redis: RunningRedis;
  readonly #ended: RunningNode[] = [];

  static async start({
    hubs,
    media,
    workers = 1,
  }: {
    hubs: number;
    media: number;
    workers?: number;
  }): Promise<CallCluster> {
    const cluster = new CallCluster(await startRedis());
    try {
      for (let n = 0; n < media; n += 1) await cluster.addMedia(workers);
      for (let n = 0; n < hubs; n += 1) cluster.hubs.push(await cluster.#start({PARLEY_ROLE: 'hub'}));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  private constructor(redis: RunningRedis) {
    this.#redis = redis;
  }

  async addMedia(workers = 1): Promise<void> {
    this.media.push(await this.#start({...mediaSettings(workers), PARLEY_ROLE: 'media'}));
  }

  /** The media node that was started first is ended so; answers when it has ended, in milliseconds from now. */
  async endFirst(signal: NodeJS.Signals): Promise<number> {
    const node = this.media.shift();
    if (node === undefined) return 0;
    this.#ended.push(node);
    const begunAt = performance.now();
    node.kill(signal);
    await node.ended;
    return performance.now() - begunAt;
  }

  /** One of the workers of the media node that was started first. */
  killWorker(): void {
    const [worker] = workersOf(this.media[0]?.pid ?? 0);
    if (worker !== undefined) process.kill(worker, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of [...this.hubs, ...this.media, ...this.#ended]) {
      node.kill('SIGKILL');
      await node.ended;
    }
    await this.#redis.stop();
  }

  #start(env: Readonly<Record<string, string>>): Promise<RunningNode> {
    return startParleyNode({secret: this.secret, env: {...env, REDIS_URL: this.#redis.url}});
  }
}
