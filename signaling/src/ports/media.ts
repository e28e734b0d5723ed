import type {call, callReceiving, media as wire, UserId} from '@parley/protocol';
import type {PipedMedia} from './media-pipes.js';

export interface TransportOffer {
  readonly transport: string;
  readonly iceParameters: wire.IceParameters;
  readonly iceCandidates: readonly wire.IceCandidate[];
  readonly dtlsParameters: wire.DtlsParameters;
  readonly sctpParameters: wire.SctpParameters;
}

export interface DataOptions {
  readonly label: string;
  readonly protocol: string;
  readonly sctpStreamParameters: wire.SctpStreamParameters;
}

export interface DataConsumerInfo {
  readonly dataConsumer: string;
  readonly sctpStreamParameters: wire.SctpStreamParameters;
}

export interface ConsumerInfo {
  readonly consumer: string;
  readonly producer: string;
  readonly kind: wire.MediaKind;
  readonly type: 'simple' | 'simulcast' | 'svc' | 'pipe';
  readonly rtpParameters: wire.RtpParameters;
  readonly producerPaused: boolean;
}

export interface ProduceOptions {
  readonly kind: wire.MediaKind;
  readonly rtpParameters: wire.RtpParameters;
  readonly paused: boolean;
  /** Somebody speaks on it: it counts for `speaker` and `levels`. */
  readonly voice: boolean;
}

/** One direction of a path. */
export interface PathSide {
  /** Of packets, from 0 to 1. */
  readonly loss: number;
  /** How well the worst track arrives, from 0 to 10; undefined if there is none to be carried. */
  readonly score: number | undefined;
}

export interface PathMeasure {
  readonly up: PathSide | undefined;
  readonly down: PathSide | undefined;
  readonly roundTripMs: number | undefined;
}

export interface VoiceLevel {
  readonly producer: string;
  /** From -127 to 0. */
  readonly level: number;
}

/**
 * What happens to media by itself. Ids that signaling closed itself are not reported.
 *
 * A transport is `connected` once media may flow, `disconnected` within 5.6 s of falling silent although its peer should
 * be heard (and `connected` again if it comes back), `failed` if only a new transport can help.
 */
export type MediaEvent =
  | {
      readonly kind: 'transport';
      readonly transport: string;
      readonly state: 'connected' | 'disconnected' | 'failed' | 'closed';
    }
  | {readonly kind: 'producerClosed'; readonly producer: string}
  | {readonly kind: 'consumerClosed'; readonly consumer: string}
  | {readonly kind: 'dataProducerClosed'; readonly dataProducer: string}
  /** `slow`: it is reliable, and its receiver took too little of it. */
  | {readonly kind: 'dataConsumerClosed'; readonly dataConsumer: string; readonly slow: boolean}
  /** What came on a channel since it was told last, about every 2 s while anything comes. */
  | {readonly kind: 'data'; readonly dataProducer: string; readonly messages: number; readonly bytes: number}
  | {readonly kind: 'consumerPaused' | 'consumerResumed'; readonly consumer: string}
  /**
   * Another spatial layer of a video comes than before, -1 if none. `arriving`: its sender sends higher ones, so if it
   * fell that is for want of bandwidth, or because it was asked to.
   */
  | {readonly kind: 'consumerLayer'; readonly consumer: string; readonly spatial: number; readonly arriving: boolean}
  /** This producer of a voice speaks, or spoke last. Told when it changes. */
  | {readonly kind: 'speaker'; readonly producer: string}
  /** The loudest voices, loudest first, in dBov; empty once when there is none any more. While levels are followed. */
  | {readonly kind: 'levels'; readonly levels: readonly VoiceLevel[]}
  /** How well a peer is reached, about every 2 s while it is. `up` is what it sends, `down` what it is sent. */
  | ({readonly kind: 'path'; readonly peer: string} & PathMeasure)
  /** How much the workers that carry the room are to be spared from now on; nothing at first. */
  | {readonly kind: 'strain'; readonly degree: callReceiving.StrainDegree}
  /** An end of a pipe to another node is gone, with what came by it. */
  | {readonly kind: 'pipeClosed'; readonly pipe: string}
  /** A pipe sends this producer no more: it is reliable, and the pipe took too little of it. */
  | {readonly kind: 'pipeStopped'; readonly pipe: string; readonly producer: string}
  /** What an end of a pipe carried since it was told last, about every 2 s. */
  | {readonly kind: 'pipe'; readonly pipe: string; readonly receivedBytes: number; readonly sentBytes: number}
  /** What could not be brought to who wants it may be within reach now: it is to be offered again. */
  | {readonly kind: 'reachable'}
  /** What is recorded is written no more, since what it was written from is gone; the rest goes on, and it can be begun again. */
  | {readonly kind: 'recordingLost'}
  /** The worker or node that carried these peers died: everything of theirs is gone, and only of theirs. */
  | {readonly kind: 'peersLost'; readonly peers: readonly string[]}
  /**
   * The node or the workers that carry these peers are to be left: what they have there stands for some seconds yet, or until they have turned
   * away from it. What they ask for from now on is made elsewhere.
   */
  | {readonly kind: 'peersMoved'; readonly peers: readonly string[]}
  /** Every worker of the room died, or the engine was closed: everything of the room is gone. Nothing follows. */
  | {readonly kind: 'lost'};

/** Who is to be carried. */
export interface PeerPlace {
  readonly peer: string;
  /** The node that the peer is connected to, which may be near to it. */
  readonly near?: string;
}

/**
 * The media of one call, on as many workers as it takes.
 *
 * Guarantee: after `close` or a `lost` event every method rejects with `unknown_media` and holds nothing. Closing a
 * producer, of tracks or of data, closes its consumers (each reported once); closing a transport closes what is on it. Parameters that the
 * engine refuses reject with `media_refused` and change nothing; no parameter ends a worker.
 */
export interface MediaRoom {
  readonly rtpCapabilities: wire.RtpCapabilities;
  /** Undefined while there is room for another peer, else when to ask again. */
  readonly fullForMs: number | undefined;
  /** Transports of one `peer` vouch for each other: one that is heard says that its peer is there. */
  createTransport(options: PeerPlace & {readonly direction: 'send' | 'receive'}): Promise<TransportOffer>;
  connectTransport(transport: string, dtlsParameters: wire.DtlsParameters): Promise<void>;
  restartIce(transport: string): Promise<wire.IceParameters>;
  /** Tells who sends on it to send no more than this. */
  limitIncoming(transport: string, bitsPerSecond: number): void;
  /** Sends over it no more than this; 0: as much as its path bears. */
  limitOutgoing(transport: string, bitsPerSecond: number): void;
  closeTransport(transport: string): void;
  produce(transport: string, options: ProduceOptions): Promise<{producer: string}>;
  pauseProducer(producer: string): Promise<void>;
  resumeProducer(producer: string): Promise<void>;
  closeProducer(producer: string): void;
  canConsume(producer: string, capabilities: wire.RtpCapabilities): boolean;
  /** Always paused at first. */
  consume(transport: string, producer: string, capabilities: wire.RtpCapabilities): Promise<ConsumerInfo>;
  pauseConsumer(consumer: string): Promise<void>;
  resumeConsumer(consumer: string): Promise<void>;
  setConsumer(
    consumer: string,
    options: {preferredLayers?: {spatial: number; temporal?: number}; priority?: number},
  ): Promise<void>;
  closeConsumer(consumer: string): void;
  /** Messages above 65,536 bytes are dropped. */
  produceData(transport: string, options: DataOptions): Promise<{dataProducer: string}>;
  closeDataProducer(dataProducer: string): void;
  /** As reliable as it is produced; paused at first: what comes meanwhile is not for it. */
  consumeData(transport: string, dataProducer: string): Promise<DataConsumerInfo>;
  resumeDataConsumer(dataConsumer: string): Promise<void>;
  closeDataConsumer(dataConsumer: string): void;
  /** What can be made of it, as far as is known. */
  readonly recordable: call.Recordable;
  /**
   * Begins to write to files what is then added; `onEnded` is called once if that ends by itself. Rejects with
   * `recording_unavailable`, saying why.
   */
  record(wish: RecordingWish, onEnded: (how: RecordingEnd) => void): Promise<MediaRecording>;
  /** Whether `levels` are reported, not more often than every 250 ms; they are not at first. */
  followLevels(on: boolean): void;
  close(): void;
}

/** A room of one engine, which may be a part of a call that others carry too. */
export interface EngineRoom extends MediaRoom, PipedMedia {}

/** Why a recording ended by itself. */
export type RecordingEnd = Exclude<call.RecordingEnd['reason'], 'stopped' | 'unavailable'>;

export interface RecordingWish {
  /** Whether one file is made of all tracks afterwards. Default: as the engine was told. */
  readonly mixed?: boolean;
  /** What goes on here, as another part, and until when it went on elsewhere, in milliseconds since the Unix epoch. */
  readonly continues?: {readonly recording: string; readonly part: number; readonly untilMs: number};
}

/** A track that is recorded, and whose it is. */
export interface RecordedTrack {
  readonly producer: string;
  readonly kind: wire.MediaKind;
  readonly source: string;
  readonly peer: string;
  readonly user: UserId;
  readonly name: string;
}

/** Guarantee: files are finished, and play, also if the process that wrote them was killed. */
export interface MediaRecording {
  /** The name that all its parts have, and which of them this is, from 1. */
  readonly recording: string;
  readonly part: number;
  /** One file is made of all tracks afterwards. */
  readonly mixed: boolean;
  /** Until it is closed. What cannot be recorded is missing; the rest goes on. */
  add(track: RecordedTrack): void;
  /** Resolves when all files are finished. Idempotent. */
  stop(): Promise<void>;
}

/** The STUN and TURN servers that a client may use, and for how long; undefined: for ever. */
export interface IceAccess {
  readonly servers: readonly wire.IceServer[];
  readonly lifetimeMs: number | undefined;
}

/**
 * Where packets flow.
 *
 * Guarantee: `open` gives a room on the worker with most room left, or rejects with `calls_unavailable` and the reason. The
 * death of a worker is reported to its rooms only, as `lost`, or as `peersLost` by those that others carry too; the engine
 * starts another worker and never ends the process.
 */
export interface MediaEngine {
  readonly available: boolean;
  /** One sentence for log and page, if calls are off: why, and how to switch them on. */
  readonly unavailableReason: string | undefined;
  readonly rtpCapabilities: wire.RtpCapabilities;
  /** Undefined while there is room for another peer, else when to ask again. */
  readonly fullForMs: number | undefined;
  /** What is taken of its workers together, from 0; 1 is all. */
  readonly load: number;
  /** The IP address that pipes from other nodes come to; undefined if they cannot. */
  readonly pipeAddress: string | undefined;
  /** Credentials in it are the user’s own where the servers know such. */
  iceAccess(user: UserId): IceAccess;
  /**
   * @param besides a room: this one begins, and grows while it can, on workers that do not carry that one now. Rejects with
   *   `media_refused` if there is none, with `overloaded` if they are full.
   */
  open(call: string, listener: (event: MediaEvent) => void, besides?: EngineRoom): Promise<EngineRoom>;
}
