import {isRetryable} from '@parley/protocol';
import type {Clock, Outbox, Timer} from '@parley/signaling';
import type {CloudEvent} from './cloud-event.js';
import {storedEvents} from './event-names.js';
import type {QueueItem} from './queue-item.js';
import {listensTo, type Receiver} from './receiver.js';
import type {WebhookObserver} from './webhook-observer.js';

/** What happens within so long is queued at once. */
const flushMs = 20;
/** After how long the store is asked again when it was away. */
const retryMs = 1_000;
/** Events that may wait for a store that is away, for each receiver. */
const maxWaiting = 10_000;

export interface NewsDeskOptions {
  readonly receiver: Receiver;
  /** Items that the receiver's queue may hold. */
  readonly most: number;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly clock: Clock;
  readonly observer: WebhookObserver;
  readonly onQueued: () => void;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** Collects what happens on this node for one receiver, and queues it in its order. */
export class NewsDesk {
  readonly #options: NewsDeskOptions;
  readonly #wantsRooms: boolean;
  /** In the order of their coming: rooms by name, events by their ids. */
  #waiting = new Map<string, QueueItem>();
  #timer: Timer | undefined;
  #flushing: Promise<void> | undefined;

  constructor(options: NewsDeskOptions) {
    this.#options = options;
    this.#wantsRooms = storedEvents.some((name) => listensTo(options.receiver, name));
  }

  /** The room's log has grown: of its events only the room is queued, once for each flush, however many there were. */
  grown(room: string): void {
    if (this.#wantsRooms) this.#add(`room ${room}`, {room, at: this.#options.clock.now()});
  }

  /** Whether the receiver listens to it is for the caller to know. */
  tell(event: CloudEvent): void {
    this.#add(event.id, {event});
  }

  /** Resolves when what waited is queued, or could not be at the moment. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      if (this.#waiting.size > 0) this.#timer ??= this.#options.clock.after(retryMs, () => void this.flush());
    });
    await this.#flushing;
  }

  #add(key: string, item: QueueItem): void {
    const {observer, receiver, clock} = this.#options;
    if (this.#waiting.has(key)) return;
    if (this.#waiting.size >= maxWaiting) {
      observer.dropped(receiver.name, 1);
      return;
    }
    this.#waiting.set(key, item);
    if (this.#flushing === undefined) this.#timer ??= clock.after(flushMs, () => void this.flush());
  }

  async #flush(): Promise<void> {
    const {outbox, receiver, most, observer, onQueued, onDefect} = this.#options;
    while (this.#waiting.size > 0) {
      const batch = this.#waiting;
      this.#waiting = new Map();
      try {
        const texts = [...batch.values()].map((item) => JSON.stringify(item));
        const taken = await outbox.put(receiver.name, texts, most);
        // Of a room that found no place the next mark tells as well.
        const lost = [...batch.values()].slice(taken).filter((item) => 'event' in item).length;
        if (lost > 0) observer.dropped(receiver.name, lost);
        onQueued();
      } catch (error) {
        if (!isRetryable(error)) {
          onDefect(error, {task: 'webhook queue', receiver: receiver.name});
          return;
        }
        // What may have been queued although no answer came is queued again: told twice at worst.
        this.#waiting = new Map([...batch, ...this.#waiting]);
        return;
      }
    }
  }
}
