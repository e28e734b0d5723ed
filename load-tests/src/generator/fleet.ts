import {fork, type ChildProcess} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {decodeFromCompressedBase64, type Histogram} from 'hdr-histogram-js';
import type {Target} from './link.js';
import type {Order, Report} from './messages.js';
import {latencyHistogram, type Counts} from './tally.js';

const clientsPerProcess = 500;
const program = fileURLToPath(new URL(`process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

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
  received = 0;

  constructor() {
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    this.#child = fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
    this.#child.on('exit', (code) => {
      this.#fail(new Error(`a generating process ended (${String(code)})`));
    });
    this.#child.on('message', (report: Report) => {
      if (report.kind === 'failed') this.#fail(new Error(report.message));
      else if (report.kind === 'progress') this.received = report.received;
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

  static async connect(target: Target, rooms: readonly string[], clients: number): Promise<Fleet> {
    const processes = Math.ceil(clients / clientsPerProcess);
    const fleet = new Fleet(
      Array.from({length: processes}, () => new Generator()),
      new Generator(),
    );
    try {
      await Promise.all(fleet.#all.map((generator) => generator.expect('ready')));
      // The publishers come first: they create the rooms.
      await fleet.#connect(
        fleet.#publisher,
        target,
        rooms.map((room) => ({room, clients: 1})),
        true,
      );
      const share = (total: number, parts: number, part: number): number =>
        Math.floor(total / parts) + (part < total % parts ? 1 : 0);
      await Promise.all(
        fleet.#receivers.map((generator, p) =>
          fleet.#connect(
            generator,
            {...target, createsRooms: false},
            rooms.map((room, r) => ({room, clients: share(share(clients, rooms.length, r), processes, p)})),
            false,
          ),
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
    return this.#receivers.reduce((sum, generator) => sum + generator.received, 0);
  }

  async #connect(
    generator: Generator,
    target: Target,
    rooms: {room: string; clients: number}[],
    publishes: boolean,
  ): Promise<void> {
    const connected = generator.expect('connected');
    generator.order({kind: 'connect', target, rooms, publishes});
    await connected;
  }

  /** Publishes and resolves when the last message is sent. */
  async publish(load: Omit<Order & {kind: 'publish'}, 'kind'>): Promise<void> {
    const published = this.#publisher.expect('published');
    for (const generator of this.#all) generator.order({kind: 'publish', ...load});
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
