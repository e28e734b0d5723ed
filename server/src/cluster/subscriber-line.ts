import type {LineOptions} from './command-line.js';
import {storeAway} from './redis-refusal.js';
import {ServerSet} from './server-set.js';
import {ServerSubscriber} from './server-subscriber.js';

/** How long a channel that a server gave up may be without another server that has it. */
const homelessMs = 2_000;

export interface ChannelListener {
  onMessage(message: string): void;
  /** Messages may be lost from now on. */
  onInterrupted?(): void;
  /** The channel has moved to another server, where it is subscribed now. */
  onMoved?(): void;
}

interface Subscription {
  readonly listener: ChannelListener;
  /** The server where it is subscribed, or is about to be. */
  server: string | undefined;
}

/**
 * For subscriptions: a connection to each server that has channels.
 *
 * Subscriptions are sent in the order of the calls, so that the last call for a channel decides. Messages are lost while a
 * channel is interrupted; whoever must not lose any has to look for them when its server is back.
 */
export class SubscriberLine {
  readonly #options: LineOptions;
  readonly #servers: ServerSet<ServerSubscriber>;
  readonly #channels = new Map<string, Subscription>();
  readonly #listeners: ((change: 'lost' | 'back') => void)[] = [];
  /** How often the servers have changed places. */
  #changes = 0;

  static async open(options: LineOptions): Promise<SubscriberLine> {
    const line = new SubscriberLine(options);
    try {
      await line.#servers.open();
    } catch (error) {
      line.close();
      throw error;
    }
    return line;
  }

  private constructor(options: LineOptions) {
    this.#options = options;
    const {target, topology, name, clock} = options;
    this.#servers = new ServerSet({
      topology,
      create: (address, server) =>
        new ServerSubscriber({
          ...target.access,
          address,
          name,
          ...(target.kind !== 'cluster' && {db: target.db}),
          clock,
          pubSub: target.pubSub,
          wanted: () => this.#wantedAt(server),
          onMessage: (channel, message) => {
            this.#channels.get(channel)?.listener.onMessage(message);
          },
          onChange: (up) => {
            this.#changed(server, up);
          },
          onMoved: () => {
            this.#gaveUp(server);
          },
        }),
    });
  }

  /** Whether every channel is subscribed. */
  get up(): boolean {
    return this.#servers.up;
  }

  /** Whether messages of the channel arrive, if it is subscribed. */
  reaches(channel: string): boolean {
    return this.#servers.of(channel)?.up === true;
  }

  onChange(listener: (change: 'lost' | 'back') => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves once the subscription is confirmed. A channel has one listener. */
  async subscribe(channel: string, listener: ChannelListener): Promise<void> {
    const {shape} = this.#options.topology;
    const server = this.#servers.of(channel);
    if (server?.up !== true) throw storeAway();
    const subscription: Subscription = {listener, server: shape.ownerOf(channel)};
    this.#channels.set(channel, subscription);
    try {
      await server.subscribe(channel);
    } catch (error) {
      if (this.#channels.get(channel) === subscription) this.#channels.delete(channel);
      throw storeAway(error);
    }
  }

  /** Nothing reaches the listener any more. */
  unsubscribe(channel: string): void {
    const server = this.#channels.get(channel)?.server;
    this.#channels.delete(channel);
    if (server !== undefined) this.#servers.named(server)?.unsubscribe(channel);
  }

  /** Some servers have changed places: channels follow their slots. */
  follow(): void {
    this.#changes += 1;
    this.#servers.follow();
    const {shape} = this.#options.topology;
    for (const [channel, subscription] of this.#channels) {
      const server = shape.ownerOf(channel);
      if (server === subscription.server) continue;
      const before = subscription.server;
      subscription.server = server;
      subscription.listener.onInterrupted?.();
      if (before !== undefined) this.#servers.named(before)?.unsubscribe(channel);
      void this.#moveTo(server, channel, subscription);
    }
    if (!this.up) this.#tell('lost');
  }

  close(): void {
    this.#channels.clear();
    this.#servers.close();
  }

  /** Which channel is not told. If it comes back to this server before anybody has looked, it is subscribed anew with all. */
  #gaveUp(server: string): void {
    const {topology, clock} = this.#options;
    const changes = this.#changes;
    topology.doubt();
    clock.after(homelessMs, () => {
      if (this.#changes === changes) this.#servers.named(server)?.reconnect();
    });
  }

  /** A server that is not up yet subscribes it by itself when it is. */
  async #moveTo(name: string | undefined, channel: string, subscription: Subscription): Promise<void> {
    const server = name === undefined ? undefined : this.#servers.named(name);
    if (server?.up !== true) return;
    try {
      await server.subscribe(channel);
      if (this.#channels.get(channel) === subscription) subscription.listener.onMoved?.();
    } catch {
      server.reconnect();
    }
  }

  /** In a cluster one command may name channels of one slot only. */
  #wantedAt(server: string): readonly (readonly string[])[] {
    const {shape} = this.#options.topology;
    const groups = new Map<number, string[]>();
    for (const [channel, subscription] of this.#channels) {
      if (shape.ownerOf(channel) !== server) continue;
      subscription.server = server;
      const part = shape.partOf(channel);
      const group = groups.get(part);
      if (group === undefined) groups.set(part, [channel]);
      else group.push(channel);
    }
    return [...groups.values()];
  }

  #changed(server: string, up: boolean): void {
    const {observer, topology} = this.#options;
    if (up) observer.back('subscriptions', server);
    else {
      observer.lost('subscriptions', server);
      for (const subscription of this.#channels.values())
        if (subscription.server === server) subscription.listener.onInterrupted?.();
      topology.doubt();
    }
    this.#tell(up ? 'back' : 'lost');
  }

  #tell(change: 'lost' | 'back'): void {
    for (const listener of this.#listeners) listener(change);
  }
}
