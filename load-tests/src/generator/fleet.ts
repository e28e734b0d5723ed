import {fork, type ChildProcess} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {decodeFromCompressedBase64, type Histogram} from 'hdr-histogram-js';
import type {Target} from './link.js';
import type {Order, Report} from './messages.js';
import {latencyHistogram, type Counts} from './tally.js';

const program = fileURLToPath(new URL('process.js', import.meta.url));

export interface FleetSize {
  /** Receivers, spread evenly over the rooms. */
  readonly clients: number;
  readonly rooms: number;
  readonly clientsPerProcess: number;
  /** Whether each client is a user of its own. */
  readonly usersApart: boolean;
  /** Whether the receivers join when `join` is called, and not before. */
  readonly joinsLater?: boolean;
}

export interface FleetResult {
  readonly counts: Counts;
  readonly latency: Histogram;
}

/** A generating process, as its parent sees it. */
class Generator {
  readonly #child: ChildProcess;
  readonly #expected = new Map<Report['kind'], (report: Report) => void>();
  #fail: (error: Error) => void = () => undefined;
  readonly failed: Promise<never>;
  progress = {received: 0, lost: 0};

  constructor() {
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    this.#child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
    this.#child.on('exit', (code) => {
      this.#fail(new Error(`a generating process ended (${String(code)})`));
    });
    this.#child.on('message', (report: Report) => {
      if (report.kind === 'failed') this.#fail(new Error(report.message));
      else if (report.kind === 'progress') this.progress = report;
      else this.#expected.get(report.kind)?.(report);
    });
  }

  expect<K extends Report['kind']>(kind: K): Promise<Report & {kind: K}> {
    const report = new Promise<Report & {kind: K}>((resolve) => {
      this.#expected.set(kind, (given) => {
        resolve(given as Report & {kind: K});
      });
    });
    return Promise.race([report, this.failed]);
  }

  order(order: Order): void {
    this.#child.send(order);
  }

  stop(): void {
    this.#child.removeAllListeners();
    this.#child.kill('SIGKILL');
  }
}

/** The load generator: receivers spread over processes, and one process of publishers, one per room. */
export class Fleet {
  readonly #receivers: readonly Generator[];
  readonly #publisher: Generator;

  private constructor(receivers: readonly Generator[], publisher: Generator) {
    this.#receivers = receivers;
    this.#publisher = publisher;
  }

  static async connect(target: Target, size: FleetSize): Promise<Fleet> {
    const {clients, clientsPerProcess, usersApart, joinsLater = false} = size;
    const rooms = Array.from({length: size.rooms}, (_, i) => `room${String(i)}`);
    const processes = Math.ceil(clients / clientsPerProcess);
    const fleet = new Fleet(
      Array.from({length: processes}, () => new Generator()),
      new Generator(),
    );
    try {
      await Promise.all(fleet.#all.map((generator) => generator.expect('ready')));
      // The publishers come first: they create the rooms.
      await fleet.#connect(fleet.#publisher, {
        target,
        rooms: rooms.map((room) => ({room, clients: 1})),
        publishes: true,
        user: 'load',
        usersApart,
        joinsLater: false,
      });
      const share = (total: number, parts: number, part: number): number =>
        Math.floor(total / parts) + (part < total % parts ? 1 : 0);
      await Promise.all(
        fleet.#receivers.map((generator, p) =>
          fleet.#connect(generator, {
            target: {...target, createsRooms: false},
            rooms: rooms.map((room, r) => ({room, clients: share(share(clients, rooms.length, r), processes, p)})),
            publishes: false,
            user: usersApart ? `load-${String(p)}` : 'load',
            usersApart,
            joinsLater,
          }),
        ),
      );
      return fleet;
    } catch (error) {
      fleet.stop();
      throw error;
    }
  }

  get #all(): readonly Generator[] {
    return [...this.#receivers, this.#publisher];
  }

  /** Deliveries counted so far. */
  get received(): number {
    return this.#receivers.reduce((sum, generator) => sum + generator.progress.received, 0);
  }

  async #connect(generator: Generator, order: Omit<Order & {kind: 'connect'}, 'kind'>): Promise<void> {
    const connected = generator.expect('connected');
    generator.order({kind: 'connect', ...order});
    await connected;
  }

  /** The receivers that were to join later join. */
  async join(): Promise<void> {
    await Promise.all(
      this.#receivers.map(async (generator) => {
        const joined = generator.expect('joined');
        generator.order({kind: 'join'});
        await joined;
      }),
    );
  }

  /** Connections lost so far. */
  get lost(): number {
    return this.#all.reduce((sum, generator) => sum + generator.progress.lost, 0);
  }

  /** Rejects when a generating process ends. */
  get failed(): Promise<never> {
    return Promise.race(this.#all.map((generator) => generator.failed));
  }

  /** Publishes and resolves when the last message is sent. */
  async publish(load: Omit<Order & {kind: 'publish'}, 'kind'>): Promise<void> {
    // Receivers know what to count before the first of it is sent.
    await Promise.all(
      this.#receivers.map(async (generator) => {
        const counting = generator.expect('counting');
        generator.order({kind: 'publish', ...load});
        await counting;
      }),
    );
    const published = this.#publisher.expect('published');
    this.#publisher.order({kind: 'publish', ...load});
    await Promise.race([published, ...this.#receivers.map((generator) => generator.failed)]);
  }

  async result(): Promise<FleetResult> {
    const counts = {received: 0, duplicates: 0, disordered: 0};
    const latency = latencyHistogram();
    for (const generator of this.#receivers) {
      const report = generator.expect('tally');
      generator.order({kind: 'report'});
      const tally = await report;
      counts.received += tally.counts.received;
      counts.duplicates += tally.counts.duplicates;
      counts.disordered += tally.counts.disordered;
      latency.add(decodeFromCompressedBase64(tally.latency));
    }
    return {counts, latency};
  }

  stop(): void {
    for (const generator of this.#all) generator.stop();
  }
}
