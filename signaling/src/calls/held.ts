import type {Clock, MediaRoom, Timer} from '../ports.js';
import type {CallConsumer, CallProducer, CallState} from './call-state.js';
import type {Mailbox} from './mailbox.js';

/** For so long what has lost its transport waits for another to take it up: a client needs a few round trips. */
const holdMs = 15_000;

export interface HeldOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

/**
 * What is held is listed as it was, and can be muted and set, but has nothing in the engine: its transport is gone, and
 * another one takes its place.
 */
export class Held {
  readonly #options: HeldOptions;
  readonly #deadlines = new Set<Timer>();
  #closed = false;

  constructor(options: HeldOptions) {
    this.#options = options;
  }

  producer(producer: CallProducer): void {
    const {state, media} = this.#options;
    const {carriedAs} = producer;
    if (carriedAs === undefined) return;
    producer.carriedAs = undefined;
    state.carried.delete(carriedAs);
    media.closeProducer(carriedAs);
    this.consumers(producer.consumers);
  }

  consumers(consumers: Iterable<CallConsumer>): void {
    for (const consumer of consumers) {
      consumer.held = true;
      consumer.flows = false;
      this.#options.media.closeConsumer(consumer.info.consumer);
    }
  }

  /** Within the mailbox, when nobody may be waited for any longer. */
  until(giveUp: () => void): void {
    if (this.#closed) return;
    const {clock, mailbox, onDefect} = this.#options;
    const deadline = clock.after(holdMs, () => {
      this.#deadlines.delete(deadline);
      mailbox.post(giveUp).catch(onDefect);
    });
    this.#deadlines.add(deadline);
  }

  close(): void {
    this.#closed = true;
    for (const deadline of this.#deadlines) deadline.cancel();
    this.#deadlines.clear();
  }
}
