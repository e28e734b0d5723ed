import type {ParleyError} from '@parley/protocol';
import type {Listenable} from '../emitter.js';

/** How a channel carries its messages, as of `RTCDataChannelInit`. What is ordered is reliable. */
export interface ChannelOptions {
  /** Default: true, unless one of the next two is given. */
  readonly ordered?: boolean;
  /** Lossy: a message is repeated for so many milliseconds at most. */
  readonly maxPacketLifeTime?: number;
  /** Lossy: a message is repeated so many times at most; 0: never. */
  readonly maxRetransmits?: number;
  /** What the messages are, for the application. */
  readonly protocol?: string;
  /** The sessions that it is for; default: all, also those who come later. */
  readonly to?: readonly string[];
}

/** Up to 65,536 bytes; text counts in UTF-8. */
export type ChannelMessage = string | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

export interface OutgoingChannelEvents {
  /** It can be sent on: again, after the call was rebuilt. */
  open: undefined;
  /**
   * The call is being rebuilt, or moves to another node: nothing can be sent until `open`. Nobody repeats what the others
   * had not got by then: the `unsentBytes` that waited here, and what was on its way.
   */
  interrupted: {readonly unsentBytes: number};
  /** `bufferedAmount` fell to `bufferedAmountLowThreshold`: time to send more. */
  bufferedamountlow: undefined;
  /** Others are reached than before. */
  receivers: {readonly receivers: ReadonlySet<string>};
  /** For good; with an error, if not by `close()` or the end of the call. */
  close: {readonly error: ParleyError | undefined};
}

/** A data channel that this client opened. */
export interface OutgoingChannel extends Listenable<OutgoingChannelEvents> {
  readonly label: string;
  readonly protocol: string;
  /** `connecting` also while the call is rebuilt. */
  readonly readyState: 'connecting' | 'open' | 'closed';
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  /** The sessions that get what is sent from now on. */
  readonly receivers: ReadonlySet<string>;
  /**
   * @throws ParleyError `unavailable` while it is not open, `too_large`, `overloaded` if 4 MiB wait already: go on at
   *   `bufferedamountlow`; `rate_limited` with `retryAfterMs` above 500,000 bytes or 500 messages a second.
   */
  send(message: ChannelMessage): void;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface IncomingChannelEvents {
  message: {readonly data: string | ArrayBuffer};
  /** `slow`: this client took so little of it that messages would have been lost. */
  close: {readonly reason: 'closed' | 'slow'};
}

/** This client's end of a data channel that somebody else opened. */
export interface IncomingChannel extends Listenable<IncomingChannelEvents> {
  /** The session of who opened it. */
  readonly peer: string;
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  /** Undefined unless it is lossy in this way. */
  readonly maxPacketLifeTime: number | undefined;
  readonly maxRetransmits: number | undefined;
}

/**
 * Messages to the others in the call, by way of the media engine: fast, and lossy where that is wanted. They are kept
 * nowhere; what is to be kept belongs into the room.
 *
 * ```ts
 * call.on('channel', (channel) => channel.on('message', ({data}) => draw(channel.peer, data)));
 * const strokes = await call.data.open('strokes', {maxRetransmits: 0});
 * strokes.send(JSON.stringify(stroke));
 * ```
 */
export interface CallData {
  /** Those of others, by what the engine calls them. */
  readonly incoming: ReadonlyMap<string, IncomingChannel>;
  readonly outgoing: ReadonlySet<OutgoingChannel>;
  /**
   * Opens a channel: whoever is in `receivers` gets what is sent then. It outlives a rebuild of the call.
   *
   * @throws ParleyError `forbidden`, `conflict` if this client has one of that label, `call_media_full` if it has 8.
   */
  open(label: string, options?: ChannelOptions): Promise<OutgoingChannel>;
}
