import type {CallsOptions} from '../calls-part.js';
import type {EngineRoom, MediaEngine, MediaEvent} from '../ports.js';
import {FarParts} from './far-parts.js';
import {openHeard, type HeardRoom} from './heard-room.js';
import {PartHost} from './part-host.js';
import type {CallRoom} from './call-room.js';
import {SpreadRoom} from './spread-room.js';
import {Standings} from './standings.js';

/** The engine as calls see it: their rooms may be on several nodes. */
export interface CallsMedia extends Omit<MediaEngine, 'open'> {
  open(call: string, listener: (event: MediaEvent) => void): Promise<CallRoom>;
}

export type SpreadEngineOptions = Pick<
  CallsOptions,
  'clock' | 'ids' | 'store' | 'media' | 'isLeaving' | 'observer' | 'spread'
>;

/** This node's media engine, and those of other nodes for what it has no room for, or what is nearer to them. */
export class SpreadEngine implements CallsMedia {
  readonly standings: Standings;
  readonly #options: SpreadEngineOptions;
  readonly #host: PartHost;
  readonly #far: FarParts;

  constructor(options: SpreadEngineOptions) {
    this.#options = options;
    this.standings = new Standings(options);
    this.#host = new PartHost({...options, takes: options.spread !== 'off'});
    this.#far = new FarParts(options);
  }

  get available(): boolean {
    return this.#options.media.available;
  }

  get unavailableReason(): string | undefined {
    return this.#options.media.unavailableReason;
  }

  get rtpCapabilities(): MediaEngine['rtpCapabilities'] {
    return this.#options.media.rtpCapabilities;
  }

  get fullForMs(): number | undefined {
    return this.#options.media.fullForMs;
  }

  get load(): number {
    return this.#options.media.load;
  }

  get pipeAddress(): string | undefined {
    return this.#options.media.pipeAddress;
  }

  iceAccess: MediaEngine['iceAccess'] = (user) => this.#options.media.iceAccess(user);

  async open(call: string, listener: (event: MediaEvent) => void): Promise<CallRoom> {
    const {media, store, clock, spread, observer} = this.#options;
    const open = (besides?: EngineRoom): Promise<HeardRoom> => openHeard((heard) => media.open(call, heard, besides));
    return new SpreadRoom({
      clock,
      home: {node: store.bus.node, first: await open(), open},
      spread,
      standings: this.standings,
      open: (node, told) => this.#far.open(node, call, told),
      onBroken: (how, between) => {
        observer.callPipeBroken(how);
        if (how === 'blocked') for (const one of between) this.standings.doubt(one);
      },
      listener,
    });
  }

  /** Resolves when this node carries no part of another's call any more, or after some seconds. */
  partsGone(): Promise<void> {
    return this.#host.deserted();
  }

  close(): void {
    this.standings.close();
    this.#host.close();
  }
}
