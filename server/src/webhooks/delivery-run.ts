import {isRetryable} from '@parley/protocol';
import {Lanes, pause, type Clock, type Outbox, type OutboxItem, type RoomFeeds} from '@parley/signaling';
import {backOffMs} from './back-off.js';
import type {CloudEvent} from './cloud-event.js';
import {parkedQueue, maxParked} from './parked-events.js';
import {readItem, type ParkedEvent} from './queue-item.js';
import {listensTo, type Receiver} from './receiver.js';
import {QueueWindow} from './queue-window.js';
import {RoomLogReader} from './room-log-reader.js';
import type {Sender} from './sender.js';
import type {WebhookObserver} from './webhook-observer.js';
import {Slots} from './slots.js';

/** Items that are taken in hand at once; the others wait in the store. */
const windowItems = 500;

export interface DeliveryRunOptions {
  readonly receiver: Receiver;
  readonly feeds: Pick<RoomFeeds, 'read'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly sender: Pick<Sender, 'send'>;
  readonly observer: WebhookObserver;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
  /** Aborts when another node may be at it. */
  readonly signal: AbortSignal;
}

/** A room's look that has not begun yet: more marks of the same room are answered by it too. */
interface ComingLook {
  readonly positions: string[];
  at: number | undefined;
}

/**
 * Empties one receiver's queue while this node has its lease: what has the same subject one after the other, and different
 * subjects side by side. What is underway when the lease is lost is left to the next holder, who begins at what was not yet
 * removed: so an event may be told twice, and none not at all.
 */
export class DeliveryRun {
  readonly #options: DeliveryRunOptions;
  readonly #lanes = new Lanes();
  readonly #slots: Slots;
  readonly #log: RoomLogReader;
  readonly #looks = new Map<string, ComingLook>();
  readonly #window: QueueWindow;

  constructor(options: DeliveryRunOptions) {
    this.#options = options;
    const {receiver, feeds, outbox, clock, signal} = options;
    this.#window = new QueueWindow({
      queue: receiver.name,
      most: windowItems,
      outbox,
      clock,
      signal,
      take: (item) => {
        this.#take(item);
      },
      onFailure: (error) => {
        this.#failed(error, 'queue');
      },
    });
    this.#slots = new Slots(receiver.concurrency);
    this.#log = new RoomLogReader({
      queue: receiver.name,
      feeds,
      outbox,
      clock,
      wants: (name) => listensTo(receiver, name),
      deliver: (event) => this.#deliver(event),
    });
  }

  /** Takes in hand what waits, as far as there is room for it. */
  fill(): void {
    this.#window.fill();
  }

  /** Looks into every room that the receiver was told of: a node may have died before it could say that a log had grown. */
  async sweep(): Promise<void> {
    const {outbox, receiver, signal} = this.#options;
    try {
      let next: string | undefined;
      do {
        const page = await outbox.rooms(receiver.name, next);
        for (const room of page.rooms) {
          if (signal.aborted) return;
          await this.#look(room, [], undefined);
        }
        ({next} = page);
      } while (next !== undefined);
    } catch (error) {
      this.#failed(error, 'sweep');
    }
  }

  #take({position, text}: OutboxItem): void {
    const item = readItem(text);
    if (item === undefined) {
      this.#options.onDefect(new Error('An item of a webhook queue cannot be read.'), {receiver: this.#name});
      void this.#lane(position, () => this.#window.done([position]));
    } else if ('event' in item) {
      const {event} = item;
      void this.#lane(event.subject, async () => {
        await this.#deliver(event);
        await this.#window.done([position]);
      });
    } else void this.#look(item.room, [position], item.at);
  }

  #look(room: string, positions: readonly string[], at: number | undefined): Promise<void> {
    const coming = this.#looks.get(room);
    if (coming !== undefined) {
      coming.positions.push(...positions);
      coming.at ??= at;
      return Promise.resolve();
    }
    const look: ComingLook = {positions: [...positions], at};
    this.#looks.set(room, look);
    return this.#lane(`room/${room}`, async () => {
      this.#looks.delete(room);
      await this.#window.insist(() => this.#log.catchUp(room, look.at));
      await this.#window.done(look.positions);
    });
  }

  async #lane(subject: string, deed: () => Promise<void>): Promise<void> {
    try {
      await this.#lanes.add(subject, deed);
    } catch (error) {
      this.#failed(error, subject);
    }
  }

  /** Resolves when the receiver has it, or it is parked; rejects if the run is over. */
  async #deliver(event: CloudEvent): Promise<void> {
    const {receiver, clock, sender, observer, random, signal} = this.#options;
    const body = JSON.stringify(event);
    const firstAt = clock.now();
    for (let attempts = 1; ; attempts += 1) {
      const outcome = await this.#slots.use(async () => {
        signal.throwIfAborted();
        const startedAt = clock.now();
        const result = await sender.send({id: event.id, body}, signal);
        // What became of an attempt that was broken off nobody knows.
        signal.throwIfAborted();
        observer.attempted(this.#name, result.delivered ? 'delivered' : 'failed', clock.now() - startedAt);
        return result;
      });
      if (outcome.delivered) return;
      const {reason, forGood, retryAfterMs} = outcome;
      if (forGood || clock.now() - firstAt >= receiver.retryForMs) {
        await this.#park({event, reason, attempts, parkedAt: clock.now()});
        return;
      }
      await pause(clock, backOffMs(attempts, retryAfterMs, random()), signal);
    }
  }

  async #park(parked: ParkedEvent): Promise<void> {
    const {outbox, observer} = this.#options;
    const taken = await this.#window.insist(() =>
      outbox.put(parkedQueue(this.#name), [JSON.stringify(parked)], maxParked),
    );
    if (taken === 1) observer.parked(this.#name);
    else observer.dropped(this.#name, 1);
  }

  get #name(): string {
    return this.#options.receiver.name;
  }

  #failed(error: unknown, task: string): void {
    if (this.#options.signal.aborted || isRetryable(error)) return;
    this.#options.onDefect(error, {task: `webhook: ${task}`, receiver: this.#name});
  }
}
