import type {EngineRoom} from '../ports.js';

/** What a part of a call is asked for, answers or not; what else a room says and does is its home’s. */
export type PartMedia = Omit<EngineRoom, 'rtpCapabilities' | 'fullForMs' | 'canConsume' | 'recordable' | 'record'>;

/** What of a call one node carries. */
export interface Part {
  readonly node: string;
  readonly media: PartMedia;
}

/**
 * Where the media of a call may be: `off`, on one node; `full`, on others too for want of room there; `near`, each peer's
 * on the node that it is connected to, where that has workers.
 */
export type Spread = 'off' | 'full' | 'near';
