import {call as wire} from '@parley/protocol';
import type {Clock, Timer} from '../ports.js';
import type {CallConsumer, CallProducer, CallState} from './call-state.js';
import type {Mailbox} from './mailbox.js';
import type {Outbox} from './outbox.js';

/** A layer that is wanted again at once, because somebody turned pages, is not stopped in between. */
const lowerAfterMs = 2_000;
/** Video that stands still for less is not told; also, a track that is being paused is told as that only. */
const starvedAfterMs = 1_000;

export interface WatchingOptions {
  readonly state: CallState;
  readonly outbox: Outbox;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  /** Its receiver was told that it stands still, also if it gives way. */
  readonly onStarved: (consumer: CallConsumer) => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * What of each video is looked at: its publisher is told the highest layer that anybody is shown, or that is recorded,
 * so that it need not send the rest, and who looks is told when the path carries none. More is told at once, less only if it stays so.
 */
export class Watching {
  readonly #options: WatchingOptions;
  readonly #lowering = new Map<CallProducer, Timer>();
  readonly #starving = new Map<CallConsumer, Timer>();

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  /** To be called whenever somebody begins or ceases to want something of the producer. */
  look(producer: CallProducer): void {
    if (producer.kind !== 'video' || !this.#lives(producer)) return;
    const wanted = wantedOf(producer);
    if (wanted > producer.watched) this.#tell(producer, wanted);
    if (wanted >= producer.watched) this.#keep(producer);
    else if (!this.#lowering.has(producer)) this.#lowerLater(producer);
  }

  /** The engine sends the consumer nothing any more, or something again. */
  flowing(consumer: CallConsumer, flows: boolean): void {
    if (flows) {
      if (consumer.givesWay) return;
      this.#starving.get(consumer)?.cancel();
      this.#starving.delete(consumer);
      if (consumer.starved) this.#starved(consumer, false);
    } else if (!consumer.starved && !this.#starving.has(consumer)) {
      const timer = this.#options.clock.after(starvedAfterMs, () => {
        this.#starving.delete(consumer);
        this.#post(() => {
          const {starved, paused, withheld, producer} = consumer;
          if (!starved && !paused && !withheld && !producer.paused) this.#starved(consumer, true);
        });
      });
      this.#starving.set(consumer, timer);
    }
  }

  /** It gives way to what goes before it, or no more: then it moves when the engine sends a layer of it. */
  gaveWay(consumer: CallConsumer): void {
    const {givesWay, starved, info, paused, withheld} = consumer;
    if (givesWay && !starved) this.#starved(consumer, true);
    // One that has no layers moves at once, and of one that is not wanted nothing is to be seen.
    if (!givesWay && (info.type === 'simple' || paused || withheld)) this.flowing(consumer, true);
  }

  forgetProducer(producer: CallProducer): void {
    this.#keep(producer);
  }

  forgetConsumer(consumer: CallConsumer): void {
    this.#starving.get(consumer)?.cancel();
    this.#starving.delete(consumer);
    this.look(consumer.producer);
  }

  close(): void {
    for (const timer of [...this.#lowering.values(), ...this.#starving.values()]) timer.cancel();
    this.#lowering.clear();
    this.#starving.clear();
  }

  #lowerLater(producer: CallProducer): void {
    const timer = this.#options.clock.after(lowerAfterMs, () => {
      this.#lowering.delete(producer);
      this.#post(() => {
        const wanted = wantedOf(producer);
        if (this.#lives(producer) && wanted < producer.watched) this.#tell(producer, wanted);
      });
    });
    this.#lowering.set(producer, timer);
  }

  #keep(producer: CallProducer): void {
    this.#lowering.get(producer)?.cancel();
    this.#lowering.delete(producer);
  }

  #tell(producer: CallProducer, spatial: number): void {
    const {outbox, state} = this.#options;
    producer.watched = spatial;
    outbox.tell(producer.peer, wire.watched, {room: state.room, producer: producer.id, spatial});
  }

  #starved(consumer: CallConsumer, starved: boolean): void {
    const {outbox, state} = this.#options;
    const {consumer: id} = consumer.info;
    if (state.consumers.get(id) !== consumer) return;
    consumer.starved = starved;
    const change = starved ? 'starved' : 'restored';
    outbox.tell(consumer.peer, wire.consumer, {room: state.room, consumer: id, change});
    if (starved) this.#options.onStarved(consumer);
  }

  #lives(producer: CallProducer): boolean {
    return this.#options.state.producers.get(producer.id) === producer;
  }

  #post(task: () => void): void {
    this.#options.mailbox.post(task).catch(this.#options.onDefect);
  }
}

/** Offered ones count, withheld ones do not: who sets one up wants to see it at once. */
function wantedOf(producer: CallProducer): number {
  if (producer.recorded) return producer.layers - 1;
  let wanted = -1;
  for (const {paused, withheld, spatial} of producer.consumers) {
    if (!paused && !withheld) wanted = Math.max(wanted, Math.min(spatial ?? Infinity, producer.layers - 1));
  }
  return wanted;
}
