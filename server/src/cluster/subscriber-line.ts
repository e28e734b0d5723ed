import type {Clock, Timer} from '@parley/signaling';
import type {Redis} from 'ioredis';
import {beginConnection, redisConnection} from './redis-connection.js';
import {storeAway} from './redis-refusal.js';

/** Channels per command when all are subscribed again. */
const batch = 500;
/** A connection that only listens would not notice that the other end is gone. */
const pingMs = 2_000;

type Listener = (message: string) => void;

/**
 * The connection for subscriptions.
 *
 * Subscriptions are sent in the order of the calls, so that the last call for a channel decides. The line is up once
 * every channel is confirmed to be subscribed again; in between messages are lost, and whoever must not lose any has to
 * look for them when it comes up.
 */
export class SubscriberLine {
  readonly #redis: Redis;
  readonly #channels = new Map<string, Listener>();
  readonly #listeners: ((up: boolean) => void)[] = [];
  #ping: Timer | undefined;
  #up = false;
  #closed = false;

  static async open(url: string, name: string, clock: Clock): Promise<SubscriberLine> {
    const line = new SubscriberLine(redisConnection(url, name));
    await beginConnection(line.#redis, url);
    line.#redis.on('ready', () => {
      line.#subscribeAll();
    });
    line.#set(true);
    line.#ping = clock.every(pingMs, () => {
      if (line.#redis.status === 'ready') line.#redis.ping().catch(() => undefined);
    });
    return line;
  }

  private constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('close', () => {
      this.#set(false);
    });
    redis.on('message', (channel: string, message: string) => {
      this.#channels.get(channel)?.(message);
    });
  }

  get up(): boolean {
    return this.#up;
  }

  onChange(listener: (up: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves once the subscription is confirmed. A channel has one listener. */
  async subscribe(channel: string, listener: Listener): Promise<void> {
    if (!this.#up) throw storeAway();
    this.#channels.set(channel, listener);
    try {
      await this.#redis.subscribe(channel);
    } catch (error) {
      if (this.#channels.get(channel) === listener) this.#channels.delete(channel);
      throw storeAway(error);
    }
  }

  /** Nothing reaches the listener any more. */
  unsubscribe(channel: string): void {
    if (!this.#channels.delete(channel) || this.#redis.status !== 'ready') return;
    // If it fails the connection is broken, and so is the subscription.
    this.#redis.unsubscribe(channel).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#ping?.cancel();
    this.#channels.clear();
    this.#redis.disconnect();
    this.#set(false);
  }

  #subscribeAll(): void {
    const channels = [...this.#channels.keys()];
    const sent: Promise<unknown>[] = [];
    for (let start = 0; start < channels.length; start += batch)
      sent.push(this.#redis.subscribe(...channels.slice(start, start + batch)));
    Promise.all(sent).then(
      () => {
        if (this.#redis.status === 'ready') this.#set(true);
      },
      () => {
        this.#redis.disconnect(true);
      },
    );
  }

  #set(up: boolean): void {
    if (this.#up === up || (up && this.#closed)) return;
    this.#up = up;
    for (const listener of this.#listeners) listener(up);
  }
}
