import type {DtlsParameters, IceParameters} from 'mediasoup/types';
import {ask, type Alive} from './asking.js';
import {Living} from './living.js';
import type {MediaObserver} from './observer.js';
import {measurePath} from './path-watch.js';
import {byPeer, Pulses} from './pulses.js';
import type {RoomEvent, TransportState} from './room-events.js';
import type {Direction, RoomTransport} from './room-transport.js';
import type {Section} from './section.js';
import type {Sections} from './sections.js';
import type {Tally} from './tally.js';

/** A transport and the section that it is in. */
export interface Path {
  readonly transport: RoomTransport;
  readonly section: Section;
}

export interface PathsOptions {
  readonly room: Alive;
  readonly sections: Sections;
  readonly report: (event: RoomEvent, section?: Section) => void;
}

/** The transports of a room's peers, each on the worker where its peer is. */
export class Paths {
  readonly #options: PathsOptions;
  readonly #all = new Living<Path>('transport');
  readonly #pulses = new Pulses();

  constructor(options: PathsOptions) {
    this.#options = options;
  }

  async create(options: {direction: Direction; peer: string}): Promise<RoomTransport> {
    const {room, sections, report} = this.#options;
    const {section, leave} = await ask(() => sections.enter(options.peer), room);
    try {
      const tell = (id: string, state: TransportState): void => {
        if (this.#all.has(id)) report({kind: 'transport', transport: id, state}, section);
      };
      const transport = await ask(() => section.createTransport(options, tell), room, section);
      const {id, inner} = transport;
      this.#all.keep(inner, {transport, section}, () => {
        report({kind: 'transport', transport: id, state: 'closed'}, section);
      });
      inner.observer.once('close', () => {
        this.#pulses.forget(transport);
        leave();
      });
      return transport;
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  /** @throws MediaError `unknown` */
  get(id: string): Path {
    return this.#all.get(id);
  }

  async connect(id: string, dtlsParameters: DtlsParameters): Promise<void> {
    const {section, transport} = this.#all.get(id);
    await ask(() => transport.inner.connect({dtlsParameters}), this.#options.room, section);
  }

  async restartIce(id: string): Promise<IceParameters> {
    const {section, transport} = this.#all.get(id);
    return await ask(() => transport.inner.restartIce(), this.#options.room, section);
  }

  limitIncoming(id: string, bitsPerSecond: number): void {
    const found = this.#all.find(id);
    found?.transport.inner.setMaxIncomingBitrate(bitsPerSecond).catch(() => undefined);
  }

  limitOutgoing(id: string, bitsPerSecond: number): void {
    const found = this.#all.find(id);
    found?.transport.inner.setMaxOutgoingBitrate(bitsPerSecond).catch(() => undefined);
  }

  close(id: string): void {
    this.#all.take(id)?.transport.inner.close();
  }

  count(tally: Tally): void {
    for (const {transport} of this.#all.all) transport.count(tally);
  }

  checkPulses(): Promise<void> {
    return this.#pulses.check(this.#transports);
  }

  async measure(observer: MediaObserver | undefined): Promise<void> {
    const measuring = [...byPeer(this.#transports)].map(async ([peer, own]) => {
      const path = await measurePath(own, observer);
      this.#options.report({kind: 'path', peer, ...path});
    });
    // What is closed meanwhile is not measured.
    await Promise.allSettled(measuring);
  }

  clear(): void {
    this.#all.clear();
  }

  get #transports(): readonly RoomTransport[] {
    return this.#all.all.map(({transport}) => transport);
  }
}
