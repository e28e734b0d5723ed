import {call as definitions, type media} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import type {Timer} from '../clock.js';
import {defined} from './media-parameters.js';
import type {CallPort} from './port.js';

/** The part of their life after which credentials are replaced. */
const spent = 0.8;
const againMs = 30_000;

export const iceServers = (servers: readonly media.IceServer[]): RTCIceServer[] =>
  servers.map((server) => defined(server));

/**
 * Keeps the credentials of TURN servers good as long as a call lasts, so that a path that breaks hours later can still
 * be repaired by way of them. What is relayed already is not touched.
 */
export class IceCredentials {
  readonly #port: CallPort;
  readonly #transports: () => readonly types.Transport[];
  #timer: Timer | undefined;
  #closed = false;

  /** @param transports those of this moment */
  constructor(port: CallPort, transports: () => readonly types.Transport[]) {
    this.#port = port;
    this.#transports = transports;
  }

  /** @param lifetimeMs how long those at hand are good for; undefined: for ever */
  lastFor(lifetimeMs: number | undefined): void {
    if (lifetimeMs !== undefined) this.#renewAfter(lifetimeMs * spent);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #renewAfter(ms: number): void {
    if (this.#closed) return;
    this.#timer = this.#port.clock.after(ms, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const {room, ask} = this.#port;
    try {
      const answer = await ask(definitions.prepare, {room}, {repeatable: true});
      if (this.#closed) return;
      const servers = iceServers(answer.iceServers);
      await Promise.all(this.#transports().map((transport) => transport.updateIceServers({iceServers: servers})));
      this.lastFor(answer.iceLifetimeMs);
    } catch {
      // The old ones are good for a while yet.
      this.#renewAfter(againMs);
    }
  }
}
