import type {Consumer, ConsumerLayers, RtpCapabilities} from 'mediasoup/types';
import {ask, type Alive} from './asking.js';
import {MediaError} from './errors.js';
import {followLayers} from './layers.js';
import {Living} from './living.js';
import type {Path} from './paths.js';
import type {Pipes, Source} from './pipes.js';
import type {RoomEvent} from './room-events.js';
import type {Section} from './section.js';

interface Reception {
  readonly consumer: Consumer;
  readonly section: Section;
}

/** What the peers of a room receive, each from whichever worker it is sent to. */
export class Receptions {
  readonly #room: Alive;
  readonly #pipes: Pipes;
  readonly #report: (event: RoomEvent, section: Section) => void;
  readonly #all = new Living<Reception>('consumer');

  constructor(room: Alive, pipes: Pipes, report: (event: RoomEvent, section: Section) => void) {
    this.#room = room;
    this.#pipes = pipes;
    this.#report = report;
  }

  /** Always paused at first. Audio is asked for again when it was lost, like video. */
  async make({transport, section}: Path, source: Source, rtpCapabilities: RtpCapabilities): Promise<Consumer> {
    const held = await ask(() => this.#pipes.hold(source, section), this.#room, section, source.section);
    try {
      const options = {producerId: held.producer.id, rtpCapabilities, paused: true, enableRtx: true};
      const consumer = await ask(() => transport.inner.consume(options), this.#room, section);
      if (consumer.closed) throw new MediaError('unknown', 'Its producer was closed meanwhile.');
      const {id, observer} = consumer;
      observer.once('close', held.release);
      this.#all.keep(consumer, {consumer, section}, () => {
        this.#report({kind: 'consumerClosed', consumer: id}, section);
      });
      followLayers(consumer, source.producer, (event) => {
        if (this.#all.has(id)) this.#report(event, section);
      });
      return consumer;
    } catch (thrown) {
      held.release();
      throw thrown;
    }
  }

  async pause(id: string): Promise<void> {
    const {consumer, section} = this.#all.get(id);
    await ask(() => consumer.pause(), this.#room, section);
  }

  async resume(id: string): Promise<void> {
    const {consumer, section} = this.#all.get(id);
    await ask(() => consumer.resume(), this.#room, section);
  }

  async set(
    id: string,
    {preferredLayers, priority}: {preferredLayers?: ConsumerLayers; priority?: number},
  ): Promise<void> {
    const {consumer, section} = this.#all.get(id);
    if (preferredLayers !== undefined && consumer.type !== 'simple') {
      await ask(() => consumer.setPreferredLayers(preferredLayers), this.#room, section);
    }
    if (priority !== undefined) await ask(() => consumer.setPriority(priority), this.#room, section);
  }

  close(id: string): void {
    this.#all.take(id)?.consumer.close();
  }

  clear(): void {
    this.#all.clear();
  }
}
