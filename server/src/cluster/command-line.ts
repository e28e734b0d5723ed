import {ParleyError} from '@parley/protocol';
import {pause, type Clock} from '@parley/signaling';
import {integer} from './replies.js';
import {Moved, storeAway} from './redis-refusal.js';
import type {RedisTarget} from './redis-target.js';
import {ServerLine, type Argument, type RunScript} from './server-line.js';
import {ServerSet} from './server-set.js';
import type {StoreObserver} from './store-observer.js';
import type {Topology} from './topology.js';

/** A key that is being moved is asked for so often, once a turn. */
const maxTries = 5;
const betweenTriesMs = 20;

export interface LineOptions {
  readonly target: RedisTarget;
  readonly topology: Topology;
  /** In `CLIENT LIST`. */
  readonly name: string;
  readonly clock: Clock;
  readonly observer: StoreObserver;
}

/** What a server that comes (back) is asked before it counts as up; with its own way to run scripts, and which keys it has. */
export type BeforeUp = (run: RunScript, has: (key: string) => boolean) => Promise<void>;

/**
 * For commands and scripts: a connection to the server that has the key, be it the only one or one of a cluster.
 *
 * While that one is not up everything is refused at once with `unavailable`; what was sent and not answered is refused with
 * `timeout`. What is about keys of one slot is done in the order in which it was asked for, unless the slot is being moved.
 */
export class CommandLine {
  readonly #options: LineOptions;
  readonly #servers: ServerSet<ServerLine>;
  readonly #listeners: ((change: 'lost' | 'back') => void)[] = [];
  #beforeUp: BeforeUp = () => Promise.resolve();

  /** Rejects with why, if one of the servers cannot be used. */
  static async open(options: LineOptions): Promise<CommandLine> {
    const line = new CommandLine(options);
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
    const {target, topology, name, clock, observer} = options;
    this.#servers = new ServerSet({
      topology,
      create: (address, server, first) => {
        let told = 0;
        const line = new ServerLine({
          ...target.access,
          address,
          name,
          ...(target.kind !== 'cluster' && {db: target.db}),
          clock,
          pubSub: target.pubSub,
          beforeUp: (run) => this.#beforeUp(run, (key) => topology.shape.ownerOf(key) === server),
          onChange: (up) => {
            if (up && line.changedAt > told) observer.succeeded(server);
            told = line.changedAt;
            this.#changed(server, up);
          },
        });
        if (!first) line.changedAt = clock.now();
        return line;
      },
    });
  }

  /** Whether every server is up. */
  get up(): boolean {
    return this.#servers.up;
  }

  /** Whether the server that has the key or channel is up. */
  reaches(key: string): boolean {
    return this.#servers.of(key)?.up === true;
  }

  /** When the server that has the key became another one than it was (by a restart, a failover or a move); 0 if never. */
  changedAt(key: string): number {
    return this.#servers.of(key)?.changedAt ?? 0;
  }

  /** Keys of the same part are lost together, if they are. */
  partOf(key: string): number {
    return this.#options.topology.shape.partOf(key);
  }

  /** A server went away, or came back. */
  onChange(listener: (change: 'lost' | 'back') => void): void {
    this.#listeners.push(listener);
  }

  /** To be called before anything is asked. */
  beforeUp(prepare: BeforeUp): void {
    this.#beforeUp = prepare;
  }

  /** Some servers have changed places. */
  follow(): void {
    this.#servers.follow();
    if (!this.up) this.#tell('lost');
  }

  /** One round trip, to the server that has the first key. Rejects with `unavailable`, with `timeout` (perhaps it was done), or with a defect. */
  run(name: string, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const [key = ''] = keys;
    return this.#route(key, (line, asking) => line.run(name, keys, args, asking));
  }

  /** Like `run`, for a single command, whose first argument is its key. */
  call(command: string, ...args: readonly Argument[]): Promise<unknown> {
    return this.#route(String(args[0]), (line, asking) => line.call(command, args, asking));
  }

  /** Resolves with how many heard it. */
  async publish(channel: string, message: string): Promise<number> {
    return integer(await this.#route(channel, (line) => line.publish(channel, message)));
  }

  close(): void {
    this.#servers.close();
  }

  async #route(key: string, ask: (line: ServerLine, asking: boolean) => Promise<unknown>): Promise<unknown> {
    const line = this.#servers.of(key);
    if (line === undefined) throw storeAway();
    try {
      return await ask(line, false);
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      return this.#routeAgain(key, ask, error);
    }
  }

  /** Nothing was done yet: the key is elsewhere, or about to be. */
  async #routeAgain(
    key: string,
    ask: (line: ServerLine, asking: boolean) => Promise<unknown>,
    first: Moved,
  ): Promise<unknown> {
    const {topology, clock} = this.#options;
    let moved = first;
    for (let tries = 1; tries < maxTries; tries += 1) {
      if (!moved.once) {
        topology.doubt();
        await pause(clock, betweenTriesMs * tries);
      }
      const line = moved.once ? this.#servers.named(moved.server) : this.#servers.of(key);
      if (line === undefined) break;
      try {
        return await ask(line, moved.once);
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
        moved = error;
      }
    }
    throw new ParleyError('unavailable', {retryAfterMs: 1_000, cause: moved});
  }

  #changed(server: string, up: boolean): void {
    const {observer, topology} = this.#options;
    if (up) observer.back('commands', server);
    else {
      observer.lost('commands', server);
      topology.doubt();
    }
    this.#tell(up ? 'back' : 'lost');
  }

  #tell(change: 'lost' | 'back'): void {
    for (const listener of this.#listeners) listener(change);
  }
}
