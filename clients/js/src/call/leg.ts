import {call as definitions, ParleyError, type media, type ResultOf} from '@parley/protocol';
import type {Device, types} from 'mediasoup-client';
import type {LoadDevice} from './device.js';
import {FlowWatch} from './flow-watch.js';
import {IceCredentials} from './ice-credentials.js';
import {IceRepair} from './ice-repair.js';
import {waitToBeLetIn, type Patience} from './knocking.js';
import type {DataChannels} from './data-channels.js';
import type {CallPort} from './port.js';
import type {Publication} from './publication.js';
import type {Subscriber} from './subscriber.js';
import {createTransport} from './transport.js';

/** Signaling often comes back by another way before media has been silent for long enough to be missed. */
const followMs = 2_000;

export interface LegListener {
  /** The call as it stood when it was joined, at its place among the events. */
  onJoined(snapshot: ResultOf<typeof definitions.join>): void;
  onPath(working: boolean): void;
  /** Whether somebody in the call is to be heard at present. */
  expectsSound(): boolean;
  /** This leg can carry nothing any more. */
  onHopeless(): void;
}

type Phase =
  | {readonly at: 'joining'}
  | {
      readonly at: 'standing';
      readonly device: Device;
      readonly send: types.Transport;
      readonly receive: types.Transport;
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
  readonly #repairs: IceRepair[] = [];
  #flow: FlowWatch | undefined;
  #credentials: IceCredentials | undefined;
  readonly #broken = new Set<types.Transport>();
  /** Until then media that goes quiet is taken to have lost the way that signaling left. */
  #followUntil = 0;
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
    const [send, receive] = await this.#createTransports(device, iceServers);
    const standing = (this.#phase = {at: 'standing', device, send, receive} as const);
    this.#watch(send);
    this.#watch(receive);
    this.#flow = this.#watchFlow(send, receive);
    this.#credentials = new IceCredentials(this.#port, [send, receive]);
    this.#credentials.lastFor(iceLifetimeMs);
    this.#subscriber.begin(receive);
    this.#data.begin(standing);
    const wanted = {room, transport: receive.id, producers: 'all', data: true} as const;
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
      if (!(error instanceof ParleyError) || error.code !== 'call_lobby') throw error;
      await waitToBeLetIn(this.#port, patience);
      this.#check();
      await join();
    }
  }

  async publish(publication: Publication): Promise<void> {
    const phase = this.#phase;
    if (phase.at !== 'standing') throw new ParleyError('not_in_call');
    await publication.send(phase.send, phase.device);
  }

  /** Whether both transports are among those that the server still has. */
  isStanding(transports: readonly {readonly transport: string}[]): boolean {
    const phase = this.#phase;
    if (phase.at !== 'standing') return false;
    const ids = transports.map(({transport}) => transport);
    return ids.includes(phase.send.id) && ids.includes(phase.receive.id);
  }

  /** Another one is about to take its place: what is sent and received goes on until it is closed, but for data. */
  trail(): void {
    if (this.#phase.at === 'standing') this.#data.stop(this.#phase);
  }

  /** Signaling came back by another way: if media has gone quiet too, or does so now, it needs another way as well. */
  followSignaling(): void {
    if (this.#flow?.quiet === true) this.#renew();
    else this.#followUntil = this.#port.clock.now() + followMs;
  }

  close(): void {
    const phase = this.#phase;
    if (phase.at === 'closed') return;
    this.#phase = {at: 'closed'};
    for (const repair of this.#repairs) repair.close();
    this.#flow?.close();
    this.#credentials?.close();
    this.#subscriber.close();
    if (phase.at !== 'standing') return;
    this.#data.stop(phase);
    phase.send.close();
    phase.receive.close();
  }

  /** Both, or neither: one alone is closed again. */
  async #createTransports(
    device: Device,
    servers: readonly media.IceServer[],
  ): Promise<readonly [types.Transport, types.Transport]> {
    const sending = createTransport(this.#port, device, 'send', servers);
    const receiving = createTransport(this.#port, device, 'receive', servers);
    try {
      const both = await Promise.all([sending, receiving]);
      this.#check();
      return both;
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

  #watchFlow(send: types.Transport, receive: types.Transport): FlowWatch {
    const {clock, doubt} = this.#port;
    const flow = {send, receive, receivers: () => this.#subscriber.receivers()};
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
    for (const repair of this.#repairs) repair.renew();
  }

  #watch(transport: types.Transport): void {
    const repair = new IceRepair(this.#port, transport, {
      onPath: (working) => {
        if (working) this.#broken.delete(transport);
        else this.#broken.add(transport);
        this.#listener.onPath(this.#broken.size === 0);
      },
      onHopeless: () => {
        this.#listener.onHopeless();
      },
    });
    this.#repairs.push(repair);
  }
}
