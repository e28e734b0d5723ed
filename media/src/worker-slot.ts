import type {MediaClock} from './clock.js';
import {MediaError, textOf} from './errors.js';
import type {MediaLogger} from './log.js';
import type {MediaObserver} from './observer.js';
import {Strain, type Degree} from './strain.js';
import {WorkerLoad} from './worker-load.js';
import {endWorker, kill, startWorker, type WorkerProcess, type WorkerSettings} from './worker-process.js';

/** What lives on a worker and dies with it. */
export interface Tenant {
  /** Of them its work consists. */
  readonly objects: number;
  /** Its worker is gone. Told after the slot is out of service, so that nobody moves back in. */
  lost(): void;
}

type State =
  | {readonly state: 'starting'}
  | {readonly state: 'running'; readonly process: WorkerProcess; readonly since: number}
  | {readonly state: 'waiting'; readonly timer: {cancel(): void}}
  | {readonly state: 'closed'};

const firstWaitMs = 200;
const longestWaitMs = 30_000;
/** A worker that lived this long is taken for sound: its successor starts without delay. */
const soundMs = 60_000;
/** It also measures what the worker takes of a processor. */
const heartbeatMs = 1_000;
/**
 * A worker that has left so many beats unanswered never will answer: its calls are better off elsewhere. Beats count, and
 * not time: while this process stood still itself, it heard nobody.
 */
const hungBeats = 15;

export interface WorkerSlotParts {
  readonly clock: MediaClock;
  readonly logger: MediaLogger;
  readonly observer: MediaObserver | undefined;
  /** What a full worker takes of its processor. */
  readonly fullAt: number;
}

/** A place for one worker at a time, on one port: when the worker dies another takes its place. */
export class WorkerSlot {
  readonly #settings: WorkerSettings;
  readonly #clock: MediaClock;
  readonly #logger: MediaLogger;
  readonly #observer: MediaObserver | undefined;
  readonly #tenants = new Set<Tenant>();
  readonly #load = new WorkerLoad();
  readonly #strain: Strain;
  #state: State = {state: 'starting'};
  #waitMs = firstWaitMs;
  #heartbeat: {cancel(): void} | undefined;
  #starting: Promise<void> = Promise.resolve();

  constructor(settings: WorkerSettings, {clock, logger, observer, fullAt}: WorkerSlotParts) {
    this.#strain = new Strain(fullAt);
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
    this.#observer = observer;
  }

  get running(): boolean {
    return this.#state.state === 'running';
  }

  get pid(): number | undefined {
    return this.#state.state === 'running' ? this.#state.process.worker.pid : undefined;
  }

  get rooms(): number {
    return this.#tenants.size;
  }

  /** Rooms, producers and consumers. */
  get objects(): number {
    let objects = 0;
    for (const tenant of this.#tenants) objects += tenant.objects;
    return objects;
  }

  /** What it takes of a processor, as measured. */
  get cpu(): number {
    return this.#load.cpu;
  }

  get strain(): Degree {
    return this.#strain.degree;
  }

  /** The same with room for what was placed on it lately, and for what is on it but at rest. */
  get load(): number {
    return this.#load.at(this.#clock.now(), this.objects);
  }

  /** The worker to build on. @throws MediaError `unavailable` while there is none. */
  get process(): WorkerProcess {
    if (this.#state.state !== 'running') throw new MediaError('unavailable', 'The media worker is being restarted.');
    return this.#state.process;
  }

  /** The first start. @throws WorkerStartError; the slot then waits for `retry` or `close`. */
  open(): Promise<void> {
    return this.#launch();
  }

  /** Goes on trying in the background. */
  retry(): void {
    if (this.#state.state === 'closed' || this.#state.state === 'waiting') return;
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(waitMs * 2, longestWaitMs);
    const timer = this.#clock.after(waitMs, () => {
      this.#launch().catch((thrown: unknown) => {
        this.#logger.error({port: this.#settings.port, reason: textOf(thrown)}, 'media worker not restarted');
        this.retry();
      });
    });
    this.#state = {state: 'waiting', timer};
  }

  /** A call, or a peer of one, is on its way: its load is reserved at once, so that a crowd spreads. */
  expect(what: 'call' | 'peer'): void {
    if (what === 'call') this.#load.expectCall(this.#clock.now());
    else this.#load.expectPeer(this.#clock.now());
  }

  admit(tenant: Tenant, process: WorkerProcess): void {
    if (this.#state.state !== 'running' || this.#state.process !== process) {
      throw new MediaError('unavailable', 'The media worker died.');
    }
    this.#tenants.add(tenant);
  }

  release(tenant: Tenant): void {
    this.#tenants.delete(tenant);
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = {state: 'closed'};
    this.#heartbeat?.cancel();
    if (state.state === 'waiting') state.timer.cancel();
    this.#evict();
    await this.#starting;
    if (state.state === 'running') await endWorker(state.process.worker, this.#clock);
  }

  #launch(): Promise<void> {
    this.#state = {state: 'starting'};
    const starting = startWorker(this.#settings, this.#clock).then((process) => this.#started(process));
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  async #started(process: WorkerProcess): Promise<void> {
    const {worker} = process;
    if (this.#state.state === 'closed') {
      await endWorker(worker, this.#clock);
      return;
    }
    if (worker.closed) throw new MediaError('unavailable', 'The media worker died at once.');
    this.#state = {state: 'running', process, since: this.#clock.now()};
    this.#load.reset();
    this.#strain.reset();
    worker.once('died', (error: Error) => {
      this.#died(process, error);
    });
    this.#watch(process);
  }

  #died(process: WorkerProcess, error: Error): void {
    if (this.#state.state !== 'running' || this.#state.process !== process) return;
    const {since} = this.#state;
    this.#state = {state: 'starting'};
    this.#heartbeat?.cancel();
    this.#logger.error(
      {pid: process.worker.pid, rooms: this.#tenants.size, reason: error.message},
      'media worker died',
    );
    this.#observer?.workerDied();
    this.#evict();
    if (this.#clock.now() - since >= soundMs) this.#waitMs = firstWaitMs;
    this.retry();
  }

  #evict(): void {
    const tenants = [...this.#tenants];
    this.#tenants.clear();
    for (const tenant of tenants) tenant.lost();
  }

  #watch({worker}: WorkerProcess): void {
    let unanswered = 0;
    this.#heartbeat = this.#clock.every(heartbeatMs, () => {
      if (unanswered >= hungBeats) {
        this.#logger.error({pid: worker.pid}, 'media worker does not answer and is killed');
        kill(worker);
        return;
      }
      unanswered += 1;
      worker.getResourceUsage().then(
        ({ru_utime: userMs, ru_stime: systemMs}) => {
          unanswered = 0;
          if (this.pid !== worker.pid) return;
          const now = this.#clock.now();
          this.#load.measured(userMs + systemMs, now);
          this.#strain.measured(this.#load.cpu, now);
        },
        () => undefined, // It ended; that is told by its `died`.
      );
    });
  }
}
