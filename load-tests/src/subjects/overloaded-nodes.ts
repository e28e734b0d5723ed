import type {CallServer} from '../webrtc/call-peer.js';
import {mediaSettings, workerOf} from './media-worker.js';
import {newSecret, startParleyNode, type RunningNode} from './parley.js';
import {confine} from './processor-share.js';
import {startRedis, type RunningRedis} from './redis.js';

export interface OverloadedNodesOptions {
  readonly nodes: number;
  /** Per cent of a processor that the worker of each may have. */
  readonly share: number;
  /** Per cent of a processor with which it is full. */
  readonly fullAt: number;
}

/** Nodes with one media worker each, which has little of a processor: where one is full, another takes who comes. */
export class OverloadedNodes implements AsyncDisposable {
  readonly nodes: RunningNode[] = [];
  readonly workerPids: number[] = [];
  /** How the workers are held back, or why they are not. */
  sentence = '';
  readonly #secret = newSecret();
  readonly #releases: (() => Promise<void>)[] = [];
  readonly #redis: RunningRedis | undefined;

  static async start(options: OverloadedNodesOptions): Promise<OverloadedNodes> {
    const cluster = new OverloadedNodes(options.nodes > 1 ? await startRedis() : undefined);
    try {
      for (let n = 0; n < options.nodes; n += 1) await cluster.#add(options);
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  private constructor(redis: RunningRedis | undefined) {
    this.#redis = redis;
  }

  /** Where all peers connect: calls begin there as long as it has room. */
  get server(): CallServer {
    return {url: this.nodes[0]?.url ?? '', secret: this.#secret};
  }

  /** How many peers receive media of each node at present; as old as 2 s. */
  carried(): Promise<readonly number[]> {
    return Promise.all(
      this.nodes.map(async ({opsUrl}) => {
        const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
        const line = /^parley_media_transports\{direction="receive",state="connected"\} (\d+)$/m.exec(metrics);
        return Number(line?.[1] ?? 0);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) await node.stop();
    for (const release of this.#releases) await release();
    await this.#redis?.stop();
  }

  async #add({share, fullAt}: OverloadedNodesOptions): Promise<void> {
    const node = await startParleyNode({
      secret: this.#secret,
      env: {
        ...mediaSettings(1),
        PARLEY_MEDIA_FULL_AT: `${String(fullAt)}%`,
        ...(this.#redis !== undefined && {REDIS_URL: this.#redis.url}),
      },
    });
    this.nodes.push(node);
    const pid = workerOf(node.pid);
    this.workerPids.push(pid);
    try {
      this.#releases.push(confine(pid, share / 100).release);
      this.sentence = `Each worker gets no more than ${String(share)} %.`;
    } catch (error) {
      this.sentence = `The workers could take more (${error instanceof Error ? error.message : String(error)}).`;
    }
  }
}
