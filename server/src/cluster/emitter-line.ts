import type {Clock, Timer} from '@parley/signaling';
import type {Redis} from 'ioredis';
import {openTopology} from './open-topology.js';
import {beginConnection, redisConnection} from './redis-connection.js';
import {nameOf, type RedisTarget} from './redis-target.js';
import type {Topology} from './topology.js';

/** A connection that only listens would not notice that the other end is gone. */
const pingMs = 2_000;
/** After how long it is tried again where it failed. */
const againMs = 250;

export interface EmitterLineOptions {
  readonly target: RedisTarget;
  /** What the channels of the emitters begin with. */
  readonly key: string;
  /** In `CLIENT LIST`. */
  readonly name: string;
  readonly clock: Clock;
  readonly onMessage: (channel: string, message: Buffer) => void;
}

/**
 * Listens to the channels of Socket.IO's Redis emitters: those of events by a pattern, because each room has one of its
 * own, and that of operations. In a cluster every server hears what is published at any, so one connection does.
 *
 * At most once, as the emitters publish: what is published while the connection is away is lost.
 */
export class EmitterLine {
  readonly #options: EmitterLineOptions;
  readonly #topology: Topology;
  readonly #ping: Timer;
  #redis: Redis | undefined;
  #server: string | undefined;
  #closed = false;

  /** Rejects with a sentence if Redis cannot be used, or the user may not listen. */
  static async open(options: EmitterLineOptions): Promise<EmitterLine> {
    const {target, name, clock} = options;
    const line = new EmitterLine(options, await openTopology(target, `${name} (topology)`, clock));
    try {
      await line.#connect();
      return line;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  private constructor(options: EmitterLineOptions, topology: Topology) {
    this.#options = options;
    this.#topology = topology;
    topology.onChange(() => {
      if (this.#server === undefined || !topology.shape.servers.has(this.#server)) this.#connectAgain();
    });
    this.#ping = options.clock.every(pingMs, () => {
      if (this.#redis?.status === 'ready') this.#redis.ping().catch(() => undefined);
    });
  }

  close(): void {
    this.#closed = true;
    this.#ping.cancel();
    this.#redis?.disconnect();
    this.#topology.close();
  }

  async #connect(): Promise<void> {
    const {target, name, key, onMessage} = this.#options;
    const [address] = this.#topology.shape.servers.values();
    if (address === undefined || this.#closed) return;
    this.#redis?.disconnect();
    const redis = redisConnection({
      ...target.access,
      address,
      name,
      lasting: false,
      ...(target.kind !== 'cluster' && {db: target.db}),
    });
    this.#redis = redis;
    this.#server = nameOf(address);
    redis.on('pmessageBuffer', (_pattern: string, channel: Buffer, message: Buffer) => {
      onMessage(channel.toString(), message);
    });
    redis.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      onMessage(channel.toString(), message);
    });
    await beginConnection(redis);
    await Promise.all([redis.psubscribe(`${key}#/#*`), redis.subscribe(`${key}-request#/#`)]);
    redis.once('close', () => {
      if (this.#redis !== redis) return;
      this.#topology.doubt();
      this.#connectAgain();
    });
    if (redis.status !== 'ready') this.#connectAgain();
  }

  #connectAgain(): void {
    this.#server = undefined;
    const before = this.#redis;
    before?.disconnect();
    this.#options.clock.after(againMs, () => {
      if (this.#closed || this.#redis !== before) return;
      this.#connect().catch(() => {
        this.#connectAgain();
      });
    });
  }
}
