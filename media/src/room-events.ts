import type {Degree} from './strain.js';

export type TransportState = 'connected' | 'disconnected' | 'failed' | 'closed';

/** What happens to media by itself; what the caller closed is not reported. */
export type RoomEvent =
  | {readonly kind: 'transport'; readonly transport: string; readonly state: TransportState}
  | {readonly kind: 'producerClosed'; readonly producer: string}
  | {readonly kind: 'consumerClosed'; readonly consumer: string}
  | {readonly kind: 'dataProducerClosed'; readonly dataProducer: string}
  /** `slow`: it is reliable, and its receiver took so little that messages would have been lost. */
  | {readonly kind: 'dataConsumerClosed'; readonly dataConsumer: string; readonly slow: boolean}
  /** What came on a channel since the measure before. */
  | {readonly kind: 'data'; readonly dataProducer: string; readonly messages: number; readonly bytes: number}
  /** Video that stops and goes on for want of bandwidth, or because no layer of it arrives. */
  | {readonly kind: 'consumerPaused' | 'consumerResumed'; readonly consumer: string}
  /** The spatial layer that it is sent now, -1 for none. `arriving`: higher ones come from its sender. */
  | {readonly kind: 'consumerLayer'; readonly consumer: string; readonly spatial: number; readonly arriving: boolean}
  | {readonly kind: 'speaker'; readonly producer: string}
  | {readonly kind: 'levels'; readonly levels: readonly {readonly producer: string; readonly level: number}[]}
  /** How well the peer is reached: `up` is what it sends. */
  | ({readonly kind: 'path'; readonly peer: string} & PathMeasure)
  /** How much its workers are to be spared from now on; nothing at first. */
  | {readonly kind: 'strain'; readonly degree: Degree}
  /** An end of a pipe to another host is gone, with all that came and went by it. */
  | {readonly kind: 'pipeClosed'; readonly pipe: string}
  /** A pipe to another host does not send this producer any more: what is lost of it could not be made up for. */
  | {readonly kind: 'pipeStopped'; readonly pipe: string; readonly producer: string}
  /** What an end of a pipe to another host carried since the measure before. */
  | {readonly kind: 'pipe'; readonly pipe: string; readonly receivedBytes: number; readonly sentBytes: number}
  /** The worker that carried these peers died: nothing of theirs is left. What others carry goes on. */
  | {readonly kind: 'peersLost'; readonly peers: readonly string[]}
  /** The last worker died or the engine was closed: everything of the room is gone. Nothing follows. */
  | {readonly kind: 'lost'};

/** One direction of a peer's path. `loss` from 0 to 1; `score` from 0 to 10, undefined where nothing is to be carried. */
export interface PathSide {
  readonly loss: number;
  readonly score: number | undefined;
}

export interface PathMeasure {
  readonly up: PathSide | undefined;
  readonly down: PathSide | undefined;
  readonly roundTripMs: number | undefined;
}

export type RoomListener = (event: RoomEvent) => void;
