import type {session} from '@parley/protocol';

/**
 * One connection, from its opening to its end: all that the SDK needs of Socket.IO.
 *
 * Guarantee: events and answers arrive in the order in which the server sent them; after `closed` was called or
 * `close` returned, nothing arrives any more.
 */
export interface Wire {
  /** Sends a request. The answer never comes if the connection ends before. */
  send(name: string, params: unknown, answer: (answer: unknown) => void): void;
  /** Ends the connection. Idempotent. */
  close(): void;
}

/** Why a connection ended, as far as the transport knows. */
export type WireEnd =
  /** The server refused the handshake; `data` is its error. */
  | {readonly kind: 'refused'; readonly data: unknown; readonly message: string}
  /** The transport could not be opened, or ended without a word. */
  | {readonly kind: 'lost'; readonly message: string};

export interface WireListener {
  /** Something arrived, be it only a sign of life. */
  onHeard(): void;
  onEvent(name: string, payload: unknown): void;
  /** Once, and not for a connection that the client closed. */
  onEnd(end: WireEnd): void;
}

/** Opens a connection. Never throws, and never calls the listener before it returns. */
export type OpenWire = (url: string, auth: session.Handshake, listener: WireListener) => Wire;
