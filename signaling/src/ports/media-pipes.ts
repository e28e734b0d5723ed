import type {media as wire} from '@parley/protocol';

/** Where an end of a pipe listens, and how it encrypts what it sends. It holds a key: it goes to nobody but nodes. */
export interface PipePoint {
  readonly address: string;
  readonly port: number;
  readonly srtp: {readonly cryptoSuite: string; readonly keyBase64: string};
}

/** A track on its way to another node: what it is called here, all its layers included. */
export interface PipedTrack {
  readonly kind: wire.MediaKind;
  readonly rtpParameters: wire.RtpParameters;
  readonly paused: boolean;
}

export interface PipedData {
  readonly label: string;
  readonly protocol: string;
  readonly sctpStreamParameters: wire.SctpStreamParameters;
}

/**
 * A part of a call's media as far as it exchanges tracks and data with parts on other nodes.
 *
 * Guarantee: two parts that were each told where the other's end is exchange what they `send` and `take`, encrypted, and
 * with packets that were lost on the way sent again. What is taken is consumed, paused and closed under the producer's own id;
 * it pauses only when it is told so. An end that is gone takes with it what came by it, and is reported as `pipeClosed`
 * unless it was closed by `closePipe`. Of a pipe through which nothing comes nothing is reported but that, by `pipe`.
 */
export interface PipedMedia {
  openPipe(): Promise<{readonly pipe: string; readonly at: PipePoint}>;
  /** Once for each pipe. */
  connectPipe(pipe: string, far: PipePoint): Promise<void>;
  closePipe(pipe: string): void;
  send(pipe: string, producer: string): Promise<PipedTrack>;
  /** `voice`: it counts for `speaker` and `levels` here. */
  take(pipe: string, producer: string, track: PipedTrack & {readonly voice: boolean}): Promise<void>;
  sendData(pipe: string, dataProducer: string): Promise<PipedData>;
  takeData(pipe: string, dataProducer: string, data: PipedData): Promise<void>;
  /** Sends a producer, of a track or of data, no more; the other part closes what it took. */
  stopSending(pipe: string, producer: string): void;
}
