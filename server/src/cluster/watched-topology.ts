import type {Clock, Timer} from '@parley/signaling';
import type {Redis} from 'ioredis';
import {nameOf, type RedisAccess, type ServerAddress} from './redis-target.js';
import {redisConnection, beginConnection} from './redis-connection.js';
import {Shape, type ServedSlots} from './shape.js';
import type {Topology} from './topology.js';

/** How often it is looked, and how often while in doubt. */
const calmMs = 500;
const doubtMs = 100;
/** How long a doubt lasts. */
const doubtfulMs = 15_000;
/** How long an answer is waited for. */
const answerMs = 1_000;
/** Guides that are asked at a time. */
const maxGuides = 8;

/** What a guide says who has what; undefined if it does not know at the moment. */
export type AskGuide = (guide: Redis, address: ServerAddress) => Promise<readonly ServedSlots[] | undefined>;

export interface WatchedTopologyOptions {
  /** Sentinels, or servers of a cluster. */
  readonly guides: readonly ServerAddress[];
  readonly access: RedisAccess;
  readonly name: string;
  readonly clock: Clock;
  readonly ask: AskGuide;
  /** From what the guides say, several of which may claim the same; undefined if it cannot be made. */
  readonly shape: (claims: readonly ServedSlots[]) => Shape | undefined;
  /** Whether the servers that are found are guides themselves. */
  readonly serversGuide: boolean;
}

/**
 * Asks several guides again and again who has what. All of them, because one that is cut off from the others does not know
 * it: the highest epoch is right, and fewer than half of the guides cannot turn it back.
 */
export class WatchedTopology implements Topology {
  readonly #options: WatchedTopologyOptions;
  readonly #guides = new Map<string, Redis>();
  readonly #timer: Timer;
  #shape: Shape;
  #claims: readonly ServedSlots[] = [];
  #doubtUntil = 0;
  #lookedAt = 0;
  #looking: Promise<void> | undefined;
  #onChange: () => void = () => undefined;
  #closed = false;

  /** Rejects with why, if no guide knows. */
  static async open(options: WatchedTopologyOptions): Promise<WatchedTopology> {
    const topology = new WatchedTopology(options);
    const failures = await topology.#look();
    if (topology.#shape.servers.size > 0) return topology;
    topology.close();
    throw new Error(failures[0] ?? 'it does not say who has what');
  }

  private constructor(options: WatchedTopologyOptions) {
    this.#options = options;
    this.#shape = Shape.ofCluster([]);
    this.#timer = options.clock.every(doubtMs, () => {
      const now = options.clock.now();
      if (now < this.#doubtUntil || now - this.#lookedAt >= calmMs) this.#lookAgain();
    });
  }

  get shape(): Shape {
    return this.#shape;
  }

  doubt(): void {
    this.#doubtUntil = this.#options.clock.now() + doubtfulMs;
    this.#lookAgain();
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  close(): void {
    this.#closed = true;
    this.#timer.cancel();
    for (const guide of this.#guides.values()) guide.disconnect();
    this.#guides.clear();
  }

  #lookAgain(): void {
    if (this.#closed) return;
    this.#looking ??= this.#look().then(() => {
      this.#looking = undefined;
    });
  }

  /** Never rejects: resolves with what the guides that cannot be asked have said. */
  async #look(): Promise<readonly string[]> {
    const {clock, guides, serversGuide, shape} = this.#options;
    this.#lookedAt = clock.now();
    const known = [...guides, ...(serversGuide ? this.#shape.servers.values() : [])];
    const wanted = new Map(known.map((address) => [nameOf(address), address]));
    const asked = [...wanted].slice(0, maxGuides);
    const failures: string[] = [];
    const answers: (readonly ServedSlots[])[] = [];
    await Promise.all(
      asked.map(async ([name, address]) => {
        try {
          const answer = await this.#ask(name, address);
          if (answer !== undefined) answers.push(answer);
        } catch (error) {
          this.#drop(name);
          failures.push(error instanceof Error ? error.message : String(error));
        }
      }),
    );
    for (const name of this.#guides.keys()) if (!wanted.has(name)) this.#drop(name);
    if (this.#closed || answers.length === 0) return failures;
    this.#claims = [...(answers.length * 2 > asked.length ? [] : this.#claims), ...answers.flat()];
    const found = shape(this.#claims);
    if (found === undefined || found.equals(this.#shape)) return failures;
    this.#shape = found;
    this.#onChange();
    return failures;
  }

  async #ask(name: string, address: ServerAddress): Promise<readonly ServedSlots[] | undefined> {
    const {access, ask} = this.#options;
    let guide = this.#guides.get(name);
    if (guide === undefined) {
      guide = redisConnection({...access, address, name: this.#options.name, answerMs, lasting: false});
      this.#guides.set(name, guide);
      await beginConnection(guide);
    }
    return ask(guide, address);
  }

  #drop(name: string): void {
    this.#guides.get(name)?.disconnect();
    this.#guides.delete(name);
  }
}
