import type {Clock, Timer} from '@parley/signaling';
import type {Redis} from 'ioredis';
import {beginPrepared} from './prepared-connection.js';
import {redisConnection, type ConnectionOptions} from './redis-connection.js';
import type {PubSubKind, RedisTarget} from './redis-target.js';
import {inspectServer} from './server-facts.js';
import type {ServerConnection} from './server-set.js';

/** Channels per command when all are subscribed again. */
const batch = 500;
/** A connection that only listens would not notice that the other end is gone. */
const pingMs = 2_000;

export interface ServerSubscriberOptions extends ConnectionOptions {
  readonly clock: Clock;
  readonly pubSub: RedisTarget['pubSub'];
  /** The channels that are to be subscribed here at present, in groups that one command may name. */
  readonly wanted: () => readonly (readonly string[])[];
  readonly onMessage: (channel: string, message: string) => void;
  readonly onChange: (up: boolean) => void;
  /** The server has given up a channel that was subscribed, or refused one, because it is another's now. */
  readonly onMoved: () => void;
}

/**
 * The connection for subscriptions at one server. It is up once every channel that is wanted is confirmed to be subscribed;
 * in between messages are lost.
 */
export class ServerSubscriber implements ServerConnection {
  readonly #options: ServerSubscriberOptions;
  readonly #redis: Redis;
  readonly #ping: Timer;
  #pubSub: PubSubKind = 'classic';
  #up = false;
  #closed = false;

  constructor(options: ServerSubscriberOptions) {
    this.#options = options;
    const redis = (this.#redis = redisConnection(options));
    redis.on('close', () => {
      this.#set(false);
    });
    for (const event of ['message', 'smessage']) redis.on(event, options.onMessage);
    redis.on('moved', options.onMoved);
    this.#ping = options.clock.every(pingMs, () => {
      if (redis.status === 'ready') redis.ping().catch(() => undefined);
    });
  }

  get up(): boolean {
    return this.#up;
  }

  begin(): Promise<void> {
    return beginPrepared(this.#redis, {
      clock: this.#options.clock,
      prepare: () => this.#prepare(),
      wanted: () => !this.#closed && !this.#up,
    });
  }

  /** Resolves once the subscription is confirmed. Sent within the call. */
  async subscribe(...channels: readonly string[]): Promise<void> {
    await (this.#pubSub === 'sharded' ? this.#redis.ssubscribe(...channels) : this.#redis.subscribe(...channels));
  }

  /** Sent within the call. If it fails the connection is broken, and so is the subscription. */
  unsubscribe(channel: string): void {
    if (this.#redis.status !== 'ready') return;
    const sent = this.#pubSub === 'sharded' ? this.#redis.sunsubscribe(channel) : this.#redis.unsubscribe(channel);
    sent.catch(() => undefined);
  }

  /** Everything is subscribed anew. */
  reconnect(): void {
    this.#redis.disconnect(true);
  }

  close(): void {
    this.#closed = true;
    this.#ping.cancel();
    this.#redis.disconnect();
    this.#set(false);
  }

  async #prepare(): Promise<void> {
    const {pubSub, wanted} = this.#options;
    this.#pubSub = (await inspectServer(this.#redis, pubSub)).pubSub;
    const sent: Promise<unknown>[] = [];
    for (const group of wanted())
      for (let start = 0; start < group.length; start += batch)
        sent.push(this.subscribe(...group.slice(start, start + batch)));
    // Those that fail after the first are nobody's either.
    await Promise.all(sent);
    if (this.#redis.status !== 'ready') throw new Error('the connection broke');
    this.#set(true);
  }

  #set(up: boolean): void {
    if (this.#up === up || (up && this.#closed)) return;
    this.#up = up;
    if (!this.#closed) this.#options.onChange(up);
  }
}
