import type {Clock, MediaRoom, Timer} from '../ports.js';
import type {CallConsumer, CallState, Peer} from './call-state.js';
import type {Mailbox} from './mailbox.js';
import {rankOf} from './rank-of.js';

export interface AdaptingOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly onDefect: (error: unknown) => void;
}

/** What the engine is asked for each video: what its receiver wishes, as far as the path bears it without flapping. */
export class Adapting {
  readonly #options: AdaptingOptions;
  readonly #rests = new Map<CallConsumer, Timer>();

  constructor(options: AdaptingOptions) {
    this.#options = options;
  }

  /** Asks the engine for what differs from what it was asked last. To be called whenever a wish changed. */
  async apply(consumer: CallConsumer): Promise<void> {
    if (consumer.info.kind !== 'video' || consumer.held) return;
    const {asked, info} = consumer;
    const spatial = Math.min(consumer.spatial ?? consumer.producer.layers - 1, consumer.steady.cap);
    const {temporal} = consumer;
    const priority = rankOf(consumer, this.#options.state.speaker);
    const sameLayers = asked.spatial === spatial && asked.temporal === temporal;
    if (sameLayers && asked.priority === priority) return;
    consumer.asked = {spatial, temporal, priority};
    await this.#options.media.setConsumer(info.consumer, {
      ...(!sameLayers && {preferredLayers: {spatial, ...(temporal !== undefined && {temporal})}}),
      ...(asked.priority !== priority && {priority}),
    });
  }

  /** It was paused, by its publisher or its receiver, or goes on. */
  restarted({steady}: CallConsumer): void {
    steady.restarted(this.#options.clock.now());
  }

  /** The receiver wants another size. */
  wished({steady}: CallConsumer): void {
    steady.wished(this.#options.clock.now());
  }

  /** The engine sends another layer. `arriving`: those above it are there, so it is the path that does not carry them. */
  moved(consumer: CallConsumer, spatial: number, arriving: boolean): void {
    const {producer, steady} = consumer;
    consumer.arrives = spatial >= 0 || arriving;
    const top = Math.min(consumer.spatial ?? Infinity, producer.layers - 1, producer.watched);
    const restMs = steady.moved(spatial, arriving ? top : spatial, this.#options.clock.now());
    if (restMs === undefined) return;
    this.#rest(consumer, restMs);
    this.#ask(consumer);
  }

  /** Of another speaker from now on, or of none, the camera goes before others. */
  speakerChanged(...peers: readonly (Peer | undefined)[]): void {
    for (const peer of peers) {
      for (const producer of peer?.producers.values() ?? []) {
        if (producer.source === 'camera') for (const consumer of producer.consumers) this.#ask(consumer);
      }
    }
  }

  forget(consumer: CallConsumer): void {
    this.#rests.get(consumer)?.cancel();
    this.#rests.delete(consumer);
  }

  close(): void {
    for (const rest of this.#rests.values()) rest.cancel();
    this.#rests.clear();
  }

  #rest(consumer: CallConsumer, restMs: number): void {
    this.forget(consumer);
    const {clock} = this.#options;
    const timer = clock.after(restMs, () => {
      this.#rests.delete(consumer);
      const next = consumer.steady.raise(consumer.producer.layers - 1, clock.now());
      if (next !== undefined) this.#rest(consumer, next);
      this.#ask(consumer);
    });
    this.#rests.set(consumer, timer);
  }

  /** In its turn; it may be gone by then. */
  #ask(consumer: CallConsumer): void {
    const {mailbox, state, onDefect} = this.#options;
    const applying = mailbox.post(async () => {
      if (state.consumers.get(consumer.info.consumer) === consumer) await this.apply(consumer);
    });
    applying.catch(onDefect);
  }
}
