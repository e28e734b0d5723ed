import type {SessionStorage} from './session/kept-session.js';
import type {TokenProvider} from './session/token-source.js';
import type {TransportName} from './wire/socket-io.js';

/** How to connect. */
export interface ParleyOptions {
  /** A node's address, or several: on trouble the next is tried. Example: `https://chat.example.org`. */
  readonly url: string | readonly [string, ...string[]];
  /** Gives the user's token. It is kept while it is accepted, and asked for again when the server refuses it. */
  readonly token: TokenProvider;
  /** What the user may call this device, 1–64 characters. */
  readonly device?: string;
  /**
   * What tells this device from the user's others, 1–64 characters: made once and kept, in `localStorage` for instance.
   * Pushes that are stored for the user come to each device once. Without it, devices of the same name are one.
   */
  readonly deviceId?: string;
  /** Lets a page reload go on with the same session: give `sessionStorage`. */
  readonly storage?: SessionStorage;
  /** Which transports to try, in this order. Default: WebSocket, and long-polling where that cannot be opened. */
  readonly transports?: readonly [TransportName, ...TransportName[]];
  /** For the token and the handshake together, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** For a connection and an answer together, in milliseconds. Default 10 000. */
  readonly requestTimeoutMs?: number;
  /** Messages per room that may wait to be sent. Default 500. */
  readonly outboxLimit?: number;
}
