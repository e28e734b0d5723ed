import {availableParallelism} from 'node:os';
import type {RtpCapabilities} from 'mediasoup/types';
import {checkAddress} from './address.js';
import type {MediaClock} from './clock.js';
import {callCapabilities} from './codecs.js';
import {MediaError, textOf} from './errors.js';
import type {MediaLogger} from './log.js';
import type {MediaObserver} from './observer.js';
import {place} from './placement.js';
import {pipeAddress, type PipeAddress, type PipeSettings} from './pipe-address.js';
import {checkMs} from './pulse.js';
import {Recorder, type RecorderOptions} from './recording/recorder.js';
import type {RoomListener} from './room-events.js';
import {fullForMs, MediaRoom} from './room.js';
import type {Degree} from './strain.js';
import {Tally} from './tally.js';
import {WorkerStartError} from './worker-process.js';
import {WorkerSlot} from './worker-slot.js';

export interface MediaEngineOptions {
  readonly clock: MediaClock;
  readonly logger: MediaLogger;
  readonly observer?: MediaObserver;
  /** Path of the worker's program; mediasoup's own if not given. */
  readonly workerBin?: string;
  /** One per processor if not given; 0 switches media off. */
  readonly workers?: number;
  readonly listenIp: string;
  /** What clients are told instead of `listenIp`: an IP address or a host name. */
  readonly announcedAddress?: string;
  /** UDP and TCP port of the first worker, each further one has the next; any free ones if 0 or not given. */
  readonly firstPort?: number;
  /**
   * As long as a worker takes no more than this of a processor, the peers of a call that is on it come to it too; 0 parts
   * calls over all workers from the beginning. Default: 0.3.
   */
  readonly togetherBelow?: number;
  /** What a worker takes of its processor when it is full. Default: 0.92. */
  readonly fullAt?: number;
  /** Without it nothing can be recorded. */
  readonly recording?: RecorderOptions;
  /** Pipes to other hosts. */
  readonly pipes?: PipeSettings;
}

/** Why there is no media: switched off, no worker's program that runs, a port taken, an address that cannot be. */
export interface Unavailable {
  readonly fault: 'off' | 'program' | 'port' | 'address' | 'restarting' | 'closed';
  readonly detail: string;
}

/** How well the peers are reached is measured with every so manyth look at whether they are heard, which asks the same. */
const measuredEvery = 3;

/** Above it bursts find no room within a frame's time any more. In shares of a processor. */
const usuallyFullAt = 0.92;

/** What one of the engine's workers is doing. */
export interface WorkerStatus {
  readonly pid: number | undefined;
  /** Rooms that are on it, in whole or in part. */
  readonly rooms: number;
  /** Rooms, producers and consumers on it. */
  readonly objects: number;
  /** What it takes of a processor, as measured over the last seconds; 1 is all of one. */
  readonly cpu: number;
  /** The same with what is reserved for newcomers: by it calls and peers are placed. */
  readonly load: number;
  /** How much it is to be spared. */
  readonly strain: Degree;
}

/**
 * Media workers of this process and the rooms on them.
 *
 * Starting never fails: an engine without workers says why, and everything else of the server goes on.
 */
export class MediaEngine {
  readonly rtpCapabilities: RtpCapabilities = callCapabilities();
  readonly #slots: readonly WorkerSlot[];
  readonly #rooms = new Set<MediaRoom>();
  readonly #logger: MediaLogger;
  readonly #observer: MediaObserver | undefined;
  readonly #clock: MediaClock;
  readonly #togetherBelow: number | undefined;
  readonly #recorder: Recorder | undefined;
  readonly #pipesAt: PipeAddress | undefined;
  readonly #watching: {cancel(): void} | undefined;
  #unavailable: Unavailable | undefined;
  #closing: Promise<void> | undefined;
  #watches = 0;
  #busy = false;

  static async create(options: MediaEngineOptions): Promise<MediaEngine> {
    const {logger, workers = availableParallelism()} = options;
    if (workers === 0) return new MediaEngine(options, [], {fault: 'off', detail: 'the number of workers is 0'});
    const address = checkAddress(options.listenIp, options.announcedAddress);
    if (address.verdict === 'impossible') {
      logger.error({}, address.sentence);
      return new MediaEngine(options, [], {fault: 'address', detail: address.sentence});
    }
    const {slots, failures} = await openSlots(options, workers, address.announced);
    if (failures.length === workers) {
      await Promise.all(slots.map((slot) => slot.close()));
      return new MediaEngine(options, [], describe(failures[0]));
    }
    if (address.verdict === 'doubtful') logger.warn({}, address.sentence);
    else logger.info({}, address.sentence);
    const pipesAt = pipeAddress(options.pipes ?? {}, options.listenIp);
    return new MediaEngine(options, slots, undefined, pipesAt);
  }

  private constructor(
    options: MediaEngineOptions,
    slots: readonly WorkerSlot[],
    unavailable: Unavailable | undefined,
    pipesAt?: PipeAddress,
  ) {
    this.#slots = slots;
    this.#unavailable = unavailable;
    this.#pipesAt = pipesAt;
    this.#logger = options.logger;
    this.#observer = options.observer;
    this.#togetherBelow = options.togetherBelow;
    const clock = (this.#clock = options.clock);
    this.#recorder = options.recording && new Recorder(options.recording, options);
    this.#watching = slots.length === 0 ? undefined : clock.every(checkMs, this.#watch);
  }

  get available(): boolean {
    return this.unavailable === undefined;
  }

  /** What there is at this moment; takes time in proportion to it. */
  get tally(): Tally {
    const tally = new Tally();
    for (const room of this.#rooms) room.count(tally);
    return tally;
  }

  /** Rooms that are open. */
  get rooms(): readonly Pick<MediaRoom, 'workers' | 'pipes'>[] {
    return [...this.#rooms];
  }

  /** Undefined while rooms can be opened. */
  get unavailable(): Unavailable | undefined {
    if (this.#unavailable !== undefined) return this.#unavailable;
    if (this.#slots.some((slot) => slot.running)) return undefined;
    return {fault: 'restarting', detail: 'every media worker died and is being restarted'};
  }

  /** Where pipes from other hosts reach this one; undefined if they cannot. */
  get pipeAddress(): string | undefined {
    return this.#pipesAt?.announced;
  }

  /** Undefined while there is room for another peer, else when to ask again. */
  get fullForMs(): number | undefined {
    return this.#isFull ? fullForMs : undefined;
  }

  get workers(): readonly WorkerStatus[] {
    return this.#slots.map(({pid, rooms, objects, cpu, load, strain}) => ({pid, rooms, objects, cpu, load, strain}));
  }

  /**
   * A room, begun on the worker with most room left, that goes on on others as it grows.
   *
   * @param besides a room that it shares no worker with, as long as others have room
   * @throws MediaError `unavailable`, `overloaded`; `refused` if every worker carries that room
   */
  async open(listener: RoomListener, besides?: MediaRoom): Promise<MediaRoom> {
    const isFull = (): boolean => this.#isFull;
    const left = new Set(besides?.slots);
    const ground = {
      place: (own: ReadonlySet<WorkerSlot>) => this.#place(own, left),
      get full() {
        return isFull();
      },
    };
    const room = await MediaRoom.open(
      {ground, clock: this.#clock, logger: this.#logger, pipesAt: this.#pipesAt},
      listener,
      (closed) => {
        this.#rooms.delete(closed);
      },
    );
    this.#rooms.add(room);
    return room;
  }

  /** Undefined: nothing can be recorded, for there is no folder for it. */
  get recorder(): Recorder | undefined {
    return this.#recorder;
  }

  /** Ends all rooms, telling them `lost`, and all workers; resolves when no process of theirs is left. Idempotent. */
  close(): Promise<void> {
    this.#unavailable = {fault: 'closed', detail: 'the server is shutting down'};
    this.#watching?.cancel();
    for (const room of [...this.#rooms]) room.lose();
    this.#closing ??= Promise.all([this.#recorder?.close(), ...this.#slots.map((slot) => slot.close())]).then(
      () => undefined,
    );
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #place(own: ReadonlySet<WorkerSlot>, left: ReadonlySet<WorkerSlot>): WorkerSlot {
    const {unavailable} = this;
    if (this.#isFull) throw new MediaError('overloaded', 'The media workers carry as much as they can.');
    const roomy = this.#slots.filter(({running, strain}) => running && strain !== 'full');
    const others = roomy.filter((slot) => !left.has(slot));
    // Where it begins is what it is for; later what is wished gives way to what is needed.
    if (others.length === 0 && left.size > 0 && own.size === 0) {
      if (left.size === this.#slots.length) throw new MediaError('refused', 'Every media worker carries the room.');
      throw new MediaError('overloaded', 'No other media worker has room.');
    }
    const slot = place(others.length > 0 ? others : roomy, own, this.#togetherBelow);
    if (slot === undefined || unavailable !== undefined) {
      throw new MediaError('unavailable', unavailable?.detail ?? 'there is no media worker');
    }
    return slot;
  }

  get #isFull(): boolean {
    const running = this.#slots.filter((slot) => slot.running);
    return running.length > 0 && running.every(({strain}) => strain === 'full');
  }

  readonly #watch = (): void => {
    this.#watches += 1;
    // Both in one turn, so that a worker is asked once for both.
    if (this.#watches % measuredEvery === 0) void this.#measurePaths();
    void this.#checkPulses();
  };

  /** A round that is still going on stands for the next one too. */
  async #measurePaths(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await Promise.allSettled([...this.#rooms].map((room) => room.measurePaths(this.#observer)));
    this.#busy = false;
  }

  async #checkPulses(): Promise<void> {
    for (const room of this.#rooms) room.checkStrain();
    try {
      await Promise.all([...this.#rooms].map((room) => room.checkPulses()));
    } catch (thrown) {
      this.#logger.error({reason: textOf(thrown)}, 'looking after peers failed');
    }
  }
}

/** Starts the workers and resolves when each runs or failed to; one that failed among others is tried again. */
async function openSlots(
  options: MediaEngineOptions,
  workers: number,
  announcedAddress: string | undefined,
): Promise<{slots: readonly WorkerSlot[]; failures: readonly unknown[]}> {
  const {clock, logger, observer, listenIp, workerBin, firstPort = 0, fullAt = usuallyFullAt} = options;
  const slots = Array.from({length: workers}, (_, index) => {
    const port = firstPort === 0 ? undefined : firstPort + index;
    return new WorkerSlot({workerBin, listenIp, announcedAddress, port}, {clock, logger, observer, fullAt});
  });
  const outcomes = await Promise.allSettled(slots.map((slot) => slot.open()));
  const failures: unknown[] = [];
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') return;
    failures.push(outcome.reason);
    logger.error({worker: index, reason: textOf(outcome.reason)}, 'media worker not started');
    slots[index]?.retry();
  });
  return {slots, failures};
}

function describe(failure: unknown): Unavailable {
  return {fault: failure instanceof WorkerStartError ? failure.fault : 'program', detail: textOf(failure)};
}
