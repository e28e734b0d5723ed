import {hasCode, ParleyError, toWireError} from '@parley/protocol';
import type {HubObserver, HubOptions} from '../hub.js';
import {Lanes} from '../lanes.js';
import {pause} from '../pause.js';
import type {Clock, Lease, ScheduledItem, Store, Timer} from '../ports.js';
import type {ScheduledFate} from '../pushes.js';
import {epitaph, readLater, type LaterPush} from './scheduling.js';
import type {Sending} from './sending.js';
import type {Settling} from './settling.js';

/** How often is looked for what is due, and the lease asked for. */
const tickMs = 250;
const askLeaseTicks = 4;
/** How often the waiting are counted. */
const countTicks = 8;
/** Pushes that are taken at a time, and that are in hand at once. */
const batch = 100;
const inHandAtMost = 500;
/** After how long what the store could not do is tried again. */
const retryMs = 1_000;

export interface ScheduledRunnerOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'scheduled' | 'leases' | 'available' | 'pushes'>;
  readonly sending: Pick<Sending, 'send'>;
  readonly settling: Pick<Settling, 'look'>;
  readonly observer: HubObserver;
  readonly onDefect: HubOptions['onDefect'];
}

/** The time for which this node holds the lease. */
interface Shift {
  readonly lease: Lease;
  /** Aborts with the lease, or when the node stops. */
  readonly over: AbortSignal;
  readonly lanes: Lanes;
  readonly inHand: Set<Promise<void>>;
  taking: Promise<void> | undefined;
}

/**
 * Sends what was put off, and has backends told what became of pushes, on one node of the cluster at a time: to one target in the order of their times, to several side by
 * side. If the node dies, the next holder of the lease sends what it had not settled, by the same ids: so a push is late by the lease's time
 * and a second at most, and is stored once and handed on by each node once, though two holders may have been at it.
 */
export class ScheduledRunner {
  readonly #options: ScheduledRunnerOptions;
  readonly #timer: Timer;
  readonly #closing = new AbortController();
  #shift: Shift | undefined;
  #asking: Promise<void> | undefined;
  #ticks = 0;

  constructor(options: ScheduledRunnerOptions) {
    this.#options = options;
    this.#timer = options.clock.every(tickMs, () => {
      this.#tick();
    });
  }

  /** What is on its way is waited for; the rest is left to the other nodes. Idempotent. */
  async close(): Promise<void> {
    this.#timer.cancel();
    this.#closing.abort();
    await this.#asking;
    const shift = this.#shift;
    this.#over();
    await shift?.taking;
    await Promise.all([...(shift?.inHand ?? [])]);
    await shift?.lease.release().catch(() => undefined);
  }

  #tick(): void {
    const shift = this.#shift;
    this.#ticks += 1;
    if (shift !== undefined && !shift.lease.lost.aborted) {
      this.#take(shift);
      return;
    }
    this.#over();
    if (!this.#options.store.available || this.#ticks % askLeaseTicks !== 1) return;
    this.#asking ??= this.#begin()
      .catch((error: unknown) => {
        if (!isAway(error)) this.#failed(error);
      })
      .finally(() => {
        this.#asking = undefined;
      });
  }

  async #begin(): Promise<void> {
    const lease = await this.#options.store.leases.acquire('scheduled');
    if ('heldBy' in lease) return;
    const over = AbortSignal.any([lease.lost, this.#closing.signal]);
    this.#shift = {lease, over, lanes: new Lanes(), inHand: new Set(), taking: undefined};
    this.#take(this.#shift);
  }

  #take(shift: Shift): void {
    shift.taking ??= this.#fill(shift)
      .catch(async (error: unknown) => {
        if (!isAway(error)) this.#failed(error);
        // What was given may not have come here: the next fence is given it again.
        if (this.#shift === shift) this.#over();
        await shift.lease.release().catch(() => undefined);
      })
      .finally(() => {
        shift.taking = undefined;
      });
  }

  async #fill(shift: Shift): Promise<void> {
    const {store, settling, observer} = this.#options;
    if (this.#ticks % countTicks === 0) observer.scheduledPushesWaiting(await store.scheduled.size());
    await settling.look();
    while (shift.inHand.size < inHandAtMost && !shift.over.aborted) {
      const items = await store.scheduled.take(shift.lease.fence, batch);
      for (const item of items) this.#start(item, shift);
      if (items.length < batch) return;
    }
  }

  #over(): void {
    if (this.#shift === undefined) return;
    this.#shift = undefined;
    this.#options.observer.scheduledPushesWaiting(0);
  }

  #start(item: ScheduledItem, shift: Shift): void {
    const push = readLater(item);
    const done: Promise<void> = shift.lanes
      .add(JSON.stringify(push.target), () => this.#carryOut(item.id, push, shift))
      .catch((error: unknown) => {
        if (!shift.over.aborted) this.#failed(error);
      })
      .finally(() => shift.inHand.delete(done));
    shift.inHand.add(done);
  }

  async #carryOut(id: string, push: LaterPush, shift: Shift): Promise<void> {
    const {store, observer} = this.#options;
    const fate = await this.#insist(shift, () => this.#send(id, push));
    const note = epitaph(push, fate);
    const settled = await this.#insist(shift, () => store.scheduled.settle(id, shift.lease.fence, note));
    if (settled) observer.scheduledPush(fate.state === 'sent' ? 'sent' : 'refused');
  }

  /** Rejects if the store is away, and the push is to be sent again therefore. */
  async #send(id: string, push: LaterPush): Promise<ScheduledFate> {
    try {
      const {id: _id, ...report} = await this.#options.sending.send({...push}, id);
      return {state: 'sent', report};
    } catch (error) {
      if (isAway(error)) throw error;
      if (!(error instanceof ParleyError)) this.#failed(error);
      return {state: 'refused', code: toWireError(error).code};
    }
  }

  /** Again and again while the store is away. */
  async #insist<T>({lease, over}: Shift, deed: () => Promise<T>): Promise<T> {
    for (;;) {
      // Asked of the lease itself, which looks at the clock: the process may have been frozen.
      lease.lost.throwIfAborted();
      over.throwIfAborted();
      try {
        return await deed();
      } catch (error) {
        if (!isAway(error)) throw error;
        await pause(this.#options.clock, retryMs, over);
      }
    }
  }

  #failed(error: unknown): void {
    this.#options.onDefect(error, {task: 'scheduled pushes'});
  }
}

const isAway = (error: unknown): boolean => hasCode(error, 'unavailable', 'timeout');
