import {call as definitions, hasCode, ParleyError, type media, type ResultOf} from '@parley/protocol';
import type {Device} from 'mediasoup-client';
import type {LoadDevice} from './device.js';
import {LegPaths, type Transports} from './leg-paths.js';
import {waitToBeLetIn, type Patience} from './knocking.js';
import type {DataChannels} from './data-channels.js';
import type {CallPort} from './port.js';
import type {Publication} from './publication.js';
import type {Subscriber} from './subscriber.js';
import {createTransport} from './transport.js';

export interface LegListener {
  /** The call as it stood when it was joined, at its place among the events. */
  onJoined(snapshot: ResultOf<typeof definitions.join>): void;
  onPath(working: boolean): void;
  /** Whether somebody in the call is to be heard at present. */
  expectsSound(): boolean;
  /** Tracks go by another transport from now on: they are to be sent again. Whether there are any. */
  onSendingReplaced(): boolean;
  /** This leg can carry nothing any more. */
  onHopeless(): void;
}

type Phase =
  | {readonly at: 'joining'}
  | {
      readonly at: 'standing';
      readonly device: Device;
      readonly paths: LegPaths;
    }
  | {readonly at: 'closed'};

/**
 * One stay in the call: joined once, with one transport for each direction. If the call has to be rebuilt, a new leg
 * takes its place.
 */
export class Leg {
  readonly #port: CallPort;
  readonly #subscriber: Subscriber;
  readonly #data: DataChannels;
  readonly #listener: LegListener;
  #phase: Phase = {at: 'joining'};

  constructor(
    port: CallPort,
    {subscriber, data}: {readonly subscriber: Subscriber; readonly data: DataChannels},
    listener: LegListener,
  ) {
    this.#port = port;
    this.#subscriber = subscriber;
    this.#data = data;
    this.#listener = listener;
  }

  async join(loadDevice: LoadDevice, patience: Patience = {}): Promise<void> {
    const {room, ask} = this.#port;
    const {routerRtpCapabilities, iceServers, iceLifetimeMs} = await ask(
      definitions.prepare,
      {room},
      {repeatable: true},
    );
    const device = await loadDevice(routerRtpCapabilities);
    this.#check();
    const {rtpCapabilities} = definitions.join.params
      .pick({rtpCapabilities: true})
      .parse({rtpCapabilities: device.recvRtpCapabilities});
    await this.#enter(rtpCapabilities, patience);
    this.#check();
    const transports = await this.#createTransports(device, iceServers);
    const paths = this.#carry(device, transports, iceLifetimeMs);
    this.#phase = {at: 'standing', device, paths};
    this.#subscriber.begin(transports.receive);
    this.#data.begin(transports);
    const wanted = {room, transport: transports.receive.id, producers: 'all', data: true} as const;
    await ask(definitions.subscribe, wanted, {repeatable: true});
    this.#check();
  }

  /** What went wrong, if anything did. `leave`: the server may still have the peer as it was. */
  async joinAgain(loadDevice: LoadDevice, leave: boolean): Promise<Error | undefined> {
    const {room, ask} = this.#port;
    try {
      if (leave) await ask(definitions.leave, {room}, {repeatable: true});
      await this.join(loadDevice);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Waits in the lobby first, if there is one. */
  async #enter(rtpCapabilities: media.RtpCapabilities, patience: Patience): Promise<void> {
    const {room, ask, newId} = this.#port;
    const join = (): Promise<unknown> =>
      ask(
        definitions.join,
        {room, id: newId(), rtpCapabilities},
        {
          repeatable: true,
          inOrder: (snapshot) => {
            if (this.#phase.at !== 'closed') this.#listener.onJoined(snapshot);
          },
        },
      );
    try {
      await join();
    } catch (error) {
      if (!hasCode(error, 'call_lobby')) throw error;
      await waitToBeLetIn(this.#port, patience);
      this.#check();
      await join();
    }
  }

  async publish(publication: Publication): Promise<void> {
    const phase = this.#phase;
    if (phase.at !== 'standing') throw new ParleyError('not_in_call');
    await phase.paths.settled('send');
    await publication.send(phase.paths.transports.send, phase.device);
  }

  /** What the server has after a resume. Signaling may have come back by another way, and media need one as well. */
  compare(transports: readonly {readonly transport: string}[]): void {
    if (this.#phase.at !== 'standing') return;
    this.#phase.paths.compare(transports);
    this.#phase.paths.followSignaling();
  }

  /** The server has given this transport up. */
  transportFailed(transport: string): void {
    if (this.#phase.at === 'standing') this.#phase.paths.failed(transport);
  }

  /** Another one is about to take its place: what is sent and received goes on until it is closed, but for data. */
  trail(): void {
    if (this.#phase.at === 'standing') this.#data.stop(this.#phase.paths.transports);
  }

  close(): void {
    const phase = this.#phase;
    if (phase.at === 'closed') return;
    this.#phase = {at: 'closed'};
    this.#subscriber.close();
    if (phase.at !== 'standing') return;
    this.#data.stop(phase.paths.transports);
    phase.paths.close();
  }

  /** Both, or neither: one alone is closed again. */
  async #createTransports(device: Device, servers: readonly media.IceServer[]): Promise<Transports> {
    const sending = createTransport(this.#port, device, {direction: 'send', servers});
    const receiving = createTransport(this.#port, device, {direction: 'receive', servers});
    try {
      const [send, receive] = await Promise.all([sending, receiving]);
      this.#check();
      return {send, receive};
    } catch (error) {
      for (const one of await Promise.allSettled([sending, receiving])) {
        if (one.status === 'fulfilled') one.value.close();
      }
      throw error;
    }
  }

  get #isClosed(): boolean {
    return this.#phase.at === 'closed';
  }

  /** After each await: the call may have ended or been rebuilt meanwhile. */
  #check(): void {
    if (this.#isClosed) throw new ParleyError('not_in_call', {message: 'The call was left while it was joined.'});
  }

  #carry(device: Device, transports: Transports, iceLifetimeMs: number | undefined): LegPaths {
    const listener = this.#listener;
    const paths: LegPaths = new LegPaths(
      this.#port,
      {device, transports, iceLifetimeMs},
      {
        onPath: (working) => {
          listener.onPath(working);
        },
        expectsSound: () => listener.expectsSound(),
        onHopeless: () => {
          listener.onHopeless();
        },
        receivers: () => this.#subscriber.receivers(),
        onReplaced: (direction) => {
          this.#data.replace(paths.transports, direction);
          return direction === 'send' ? listener.onSendingReplaced() : this.#subscriber.begin(paths.transports.receive);
        },
      },
    );
    return paths;
  }
}
