import {mediaSettings, workersOf} from './media-worker.js';
import {apiKey, newSecret, startParleyNode, type RunningNode} from './parley.js';
import {startRedis, type RunningRedis} from './redis.js';

export interface CallClusterShape {
  /** Where peers connect only. */
  readonly hubs: number;
  /** Nodes that run calls only. */
  readonly media: number;
  /** Nodes that do both, each carrying the peers that are connected to it, whichever of them runs the call. */
  readonly near?: number;
  /** Of each node with media. */
  readonly workers?: number;
}

/** Hubs where peers connect, and nodes that run their calls, over one Redis. */
export class CallCluster implements AsyncDisposable {
  readonly secret = newSecret();
  readonly hubs: RunningNode[] = [];
  readonly media: RunningNode[] = [];
  readonly near: RunningNode[] = [];
  readonly #redis: RunningRedis;
  readonly #ended: RunningNode[] = [];

  static async start({hubs, media, near = 0, workers = 1}: CallClusterShape): Promise<CallCluster> {
    const cluster = new CallCluster(await startRedis());
    try {
      for (let n = 0; n < media; n += 1) await cluster.addMedia(workers);
      for (let n = 0; n < near; n += 1) await cluster.addNear();
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

  async addNear(): Promise<void> {
    this.near.push(await this.#start({...mediaSettings(1), PARLEY_CALL_SPREAD: 'near'}));
  }

  /** The media node that was started first is ended so; answers when it has ended, in milliseconds from now. */
  endFirst(signal: NodeJS.Signals): Promise<number> {
    return this.#end(this.media.shift(), signal);
  }

  /** The same of the second of the nodes that do both. */
  endSecondNear(signal: NodeJS.Signals): Promise<number> {
    return this.#end(this.near.splice(1, 1)[0], signal);
  }

  async #end(node: RunningNode | undefined, signal: NodeJS.Signals): Promise<number> {
    if (node === undefined) return 0;
    this.#ended.push(node);
    const begunAt = performance.now();
    node.kill(signal);
    await node.ended;
    return performance.now() - begunAt;
  }

  /** One of the workers of the node with media that was started first. */
  killWorker(): void {
    const [worker] = workersOf([...this.media, ...this.near][0]?.pid ?? 0);
    if (worker !== undefined) process.kill(worker, 'SIGKILL');
  }

  /** As an operator would, one call after the other. */
  async moveToOtherWorkers(rooms: readonly string[]): Promise<void> {
    const [node] = this.media;
    for (const room of rooms) {
      const answer = await fetch(`${node?.opsUrl ?? ''}/v1/calls/${room}/move`, {
        method: 'POST',
        headers: {authorization: `Bearer ${apiKey}`, 'content-type': 'application/json'},
        body: JSON.stringify({otherWorker: true}),
      });
      if (!answer.ok) throw new Error(`${room} was not moved: ${await answer.text()}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of [...this.hubs, ...this.media, ...this.near, ...this.#ended]) {
      node.kill('SIGKILL');
      await node.ended;
    }
    await this.#redis.stop();
  }

  #start(env: Readonly<Record<string, string>>): Promise<RunningNode> {
    return startParleyNode({secret: this.secret, env: {...env, REDIS_URL: this.#redis.url}});
  }
}
