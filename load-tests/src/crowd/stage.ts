import {setTimeout as delay} from 'node:timers/promises';
import type {Progress} from '../progress.js';
import {lastingPort} from '../subjects/lasting-port.js';
import {newSecret, startParleyNode, type RunningNode} from '../subjects/parley.js';
import {startRedis, type RunningRedis} from '../subjects/redis.js';
import {Crowd} from './crowd.js';
import type {Accepted} from './journal.js';
import {sumUp, type Outcome} from './outcome.js';

export interface StageOptions {
  readonly nodes: number;
  readonly clients: number;
  /** Users that the clients are spread over; 0: each is a user of its own. */
  readonly users: number;
  /** Handshakes that each node takes in per second; 0: not limited. */
  readonly accepts: number;
}

/** How many of the clients write. */
const mostWriters = 20;
const settleMs = 60_000;
const showEveryMs = 500;

/** A Redis, nodes and a crowd in one room of theirs: what the scenarios of failure play on. */
export class Stage implements AsyncDisposable {
  readonly redis: RunningRedis;
  readonly secret = newSecret();
  readonly nodes: RunningNode[] = [];
  readonly #options: StageOptions;
  readonly #defects: string[] = [];
  readonly #progress: Progress;
  #crowd: Crowd | undefined;
  #doing = '';
  #ticker: NodeJS.Timeout | undefined;

  private constructor(redis: RunningRedis, options: StageOptions, progress: Progress) {
    this.redis = redis;
    this.#options = options;
    this.#progress = progress;
  }

  static async open(options: StageOptions, progress: Progress): Promise<Stage> {
    const stage = new Stage(await startRedis({keeps: true}), options, progress);
    try {
      progress.show('starting Redis and the nodes');
      await Promise.all(Array.from({length: options.nodes}, (_, i) => stage.startNode(i)));
      await stage.#gather();
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  get crowd(): Crowd {
    if (!this.#crowd) throw new Error('The crowd has not entered.');
    return this.#crowd;
  }

  /** What is being done, for the live line. */
  says(doing: string): void {
    this.#doing = doing;
  }

  /** Starts the node of this place; if there was one, on the same port. */
  async startNode(index: number): Promise<void> {
    const former = this.nodes[index];
    if (former) this.#defects.push(...former.defects);
    this.nodes[index] = await startParleyNode({
      secret: this.secret,
      env: {
        REDIS_URL: this.redis.url,
        PARLEY_NODE_NAME: `node${String(index)}`,
        PARLEY_ACCEPTS_PER_SECOND: String(this.#options.accepts),
        PARLEY_PORT: String(former?.port ?? (await lastingPort())),
      },
    });
  }

  /** Begins to write; what it resolves with is complete once everything is accepted, after `crowd.stopWriting`. */
  write(perSecond: number, messages?: number): Promise<readonly Accepted[]> {
    const writers = Math.min(mostWriters, this.#options.clients);
    return this.crowd.write({writers, perSecond, ...(messages !== undefined && {messages})});
  }

  /** For so long, or until the crowd fails. */
  async pass(ms: number): Promise<void> {
    await Promise.race([delay(ms), this.crowd.failed]);
  }

  /** Resolves in how many milliseconds all clients were there, or when they had their time. */
  async allBack(withinMs: number): Promise<number> {
    const begunAt = performance.now();
    while (this.crowd.live < this.#options.clients && performance.now() - begunAt < withinMs) await this.pass(50);
    return performance.now() - begunAt;
  }

  /** What everybody saw, once nobody misses anything any more or nothing more comes. */
  async settle(accepted: readonly Accepted[]): Promise<Outcome> {
    this.says('waiting for the last deliveries');
    return sumUp(await Promise.race([this.crowd.settle(accepted, settleMs), this.crowd.failed]), accepted.length);
  }

  /** Lines of the nodes' logs that speak of defects. */
  get defects(): readonly string[] {
    return [...this.#defects, ...this.nodes.flatMap(({defects}) => defects)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    this.#crowd?.stop();
    await Promise.all(
      this.nodes.map(async (node) => {
        node.kill('SIGKILL');
        await node.ended;
      }),
    );
    await this.redis.stop();
  }

  async #gather(): Promise<void> {
    const {clients, users} = this.#options;
    this.#progress.show(`${String(clients)} clients enter`);
    const urls = this.nodes.map(({url}) => url);
    this.#crowd = await Crowd.enter({urls, secret: this.secret, clients, users: users === 0 ? clients : users});
    this.#ticker = setInterval(() => {
      const {live, received, unanswered} = this.crowd;
      this.#progress.show(
        `${this.#doing}: ${String(live)} of ${String(clients)} there, ${received.toLocaleString('en')} deliveries, ${String(unanswered)} messages unanswered`,
      );
    }, showEveryMs);
  }
}
