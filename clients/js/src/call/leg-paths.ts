import {call as definitions} from '@parley/protocol';
import type {Device, types} from 'mediasoup-client';
import type {Timer} from '../clock.js';
import {FlowWatch} from './flow-watch.js';
import {IceCredentials} from './ice-credentials.js';
import {IceRepair} from './ice-repair.js';
import type {CallPort} from './port.js';
import {createTransport} from './transport.js';

/** Signaling often comes back by another way before media has been silent for long enough to be missed. */
const followMs = 2_000;
/** A transport that took the place of another is up in less than a second; one that is not helps nobody. */
const upWithinMs = 8_000;

export type Direction = 'send' | 'receive';
export type Transports = Readonly<Record<Direction, types.Transport>>;

export interface LegPathsListener {
  onPath(working: boolean): void;
  /** Whether somebody in the call is to be heard at present. */
  expectsSound(): boolean;
  receivers(): Iterable<RTCRtpReceiver | undefined>;
  /** Another transport is in the place of one, which is closed. Whether anything is to go by it. */
  onReplaced(direction: Direction): boolean;
  /** They can carry nothing any more, and could not be replaced. */
  onHopeless(): void;
}

/** The two transports of a stay in the call: watched, repaired, and replaced where no repair helps. */
export class LegPaths {
  readonly #port: CallPort;
  readonly #device: Device;
  readonly #listener: LegPathsListener;
  readonly #flow: FlowWatch;
  readonly #credentials: IceCredentials;
  readonly #repairs: Record<Direction, IceRepair>;
  readonly #broken = new Set<Direction>();
  readonly #replacing = new Map<Direction, Promise<void>>();
  /** Of those in the place of others, which have not been up yet: by when they must be. */
  readonly #unproven = new Map<Direction, Timer>();
  #transports: Transports;
  /** Until then media that goes quiet is taken to have lost the way that signaling left. */
  #followUntil = 0;
  #closed = false;

  constructor(
    port: CallPort,
    {device, transports, iceLifetimeMs}: {device: Device; transports: Transports; iceLifetimeMs: number | undefined},
    listener: LegPathsListener,
  ) {
    this.#port = port;
    this.#device = device;
    this.#listener = listener;
    this.#transports = transports;
    this.#repairs = {send: this.#watch('send'), receive: this.#watch('receive')};
    const both = (): readonly types.Transport[] => [this.#transports.send, this.#transports.receive];
    this.#flow = this.#watchFlow(both);
    this.#credentials = new IceCredentials(port, both);
    this.#credentials.lastFor(iceLifetimeMs);
  }

  get transports(): Transports {
    return this.#transports;
  }

  /** Resolves when the transport is no longer being replaced, however that came out. */
  async settled(direction: Direction): Promise<void> {
    await this.#replacing.get(direction);
  }

  /** Signaling came back by another way: if media has gone quiet too, or does so now, it needs another way as well. */
  followSignaling(): void {
    if (this.#flow.quiet) this.#renew();
    else this.#followUntil = this.#port.clock.now() + followMs;
  }

  /** The server says that this one can only be replaced. Another than the present ones is no news. */
  failed(transport: string): void {
    for (const direction of ['send', 'receive'] as const)
      if (this.#transports[direction].id === transport) this.#replace(direction);
  }

  /** Replaces what is not among those that the server still has. */
  compare(transports: readonly {readonly transport: string}[]): void {
    for (const {id} of Object.values(this.#transports))
      if (!transports.some(({transport}) => transport === id)) this.failed(id);
  }

  close(): void {
    this.#closed = true;
    for (const repair of Object.values(this.#repairs)) repair.close();
    for (const deadline of this.#unproven.values()) deadline.cancel();
    this.#flow.close();
    this.#credentials.close();
    for (const transport of Object.values(this.#transports)) transport.close();
  }

  #replace(direction: Direction): void {
    if (this.#closed || this.#replacing.has(direction)) return;
    this.#repairs[direction].close();
    // It never was of any use: nor would the next one be.
    if (this.#unproven.has(direction)) {
      this.#listener.onHopeless();
      return;
    }
    this.#mark(direction, true);
    const replacing = this.#tryToReplace(direction)
      .catch(() => {
        if (!this.#closed) this.#listener.onHopeless();
      })
      .finally(() => this.#replacing.delete(direction));
    this.#replacing.set(direction, replacing);
  }

  async #tryToReplace(direction: Direction): Promise<void> {
    const {room, ask} = this.#port;
    const before = this.#transports[direction];
    const {iceServers} = await ask(definitions.prepare, {room}, {repeatable: true});
    if (this.#closed) return;
    const next = await createTransport(this.#port, this.#device, {direction, servers: iceServers, replaces: before.id});
    if (this.#isClosed()) {
      next.close();
      return;
    }
    before.close();
    this.#transports = {...this.#transports, [direction]: next};
    this.#repairs[direction] = this.#watch(direction);
    if (this.#listener.onReplaced(direction)) this.#expectUp(direction, next);
    else this.#mark(direction, false);
  }

  /** To be asked again after each await. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #expectUp(direction: Direction, transport: types.Transport): void {
    const deadline = this.#port.clock.after(upWithinMs, () => {
      this.#unproven.delete(direction);
      // What was to go by it has ended meanwhile.
      if (transport.connectionState === 'new') this.#mark(direction, false);
      else this.#listener.onHopeless();
    });
    this.#unproven.set(direction, deadline);
    transport.on('connectionstatechange', (state) => {
      if (state !== 'connected' || this.#closed || this.#transports[direction] !== transport) return;
      this.#unproven.get(direction)?.cancel();
      this.#unproven.delete(direction);
      this.#mark(direction, false);
    });
  }

  #watch(direction: Direction): IceRepair {
    return new IceRepair(this.#port, this.#transports[direction], {
      onPath: (working) => {
        this.#mark(direction, !working);
      },
      onHopeless: () => {
        this.#replace(direction);
      },
    });
  }

  #mark(direction: Direction, broken: boolean): void {
    if (broken) this.#broken.add(direction);
    else this.#broken.delete(direction);
    this.#listener.onPath(this.#broken.size === 0);
  }

  #watchFlow(transports: () => readonly types.Transport[]): FlowWatch {
    const {clock, doubt} = this.#port;
    const flow = {transports, receivers: () => this.#listener.receivers()};
    return new FlowWatch(clock, flow, {
      onQuiet: () => {
        if (clock.now() < this.#followUntil) this.#renew();
        doubt();
      },
      onStalled: () => {
        if (this.#listener.expectsSound()) this.#renew();
      },
    });
  }

  #renew(): void {
    for (const repair of Object.values(this.#repairs)) repair.renew();
  }
}
