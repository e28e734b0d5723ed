import {call as definitions, hasCode} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import type {Timer} from '../clock.js';
import {defined} from './media-parameters.js';
import type {CallPort} from './port.js';

/** A path often heals by itself; a restart that crosses with that only delays it. */
const graceMs = 1_000;
/** ICE needs a few round trips; a restart that has not helped by then is repeated. */
const nextMs = 4_000;
const mostRestarts = 4;

export interface IceRepairListener {
  /** Whether media has a working path. */
  onPath(working: boolean): void;
  /** Restarts do not help: only a new transport can. */
  onHopeless(): void;
}

type Path =
  | {readonly is: 'fine'}
  | {readonly is: 'broken'; readonly restarts: number; readonly timer: Timer}
  | {readonly is: 'closed'};

/**
 * Watches one transport and restarts ICE when its path breaks: the server's side first, then this one. Each restart
 * has a higher generation, so that of two that cross only the newest counts.
 */
export class IceRepair {
  readonly #port: CallPort;
  readonly #transport: types.Transport;
  readonly #listener: IceRepairListener;
  #path: Path = {is: 'fine'};
  #generation = 0;

  constructor(port: CallPort, transport: types.Transport, listener: IceRepairListener) {
    this.#port = port;
    this.#transport = transport;
    this.#listener = listener;
    transport.on('connectionstatechange', (state) => {
      this.#changed(state);
    });
  }

  /** Restarts at once, whatever the browser thinks of the path yet: it takes seconds to give one up. */
  renew(): void {
    const path = this.#path;
    if (path.is === 'closed') return;
    if (path.is === 'broken') {
      path.timer.cancel();
      this.#next(path.restarts);
      return;
    }
    // If it does not help, the path will be found broken.
    this.#restart().catch(() => undefined);
  }

  close(): void {
    if (this.#path.is === 'broken') this.#path.timer.cancel();
    this.#path = {is: 'closed'};
  }

  #changed(state: types.ConnectionState): void {
    const path = this.#path;
    if (path.is === 'closed') return;
    switch (state) {
      case 'new':
      case 'connecting':
        return;
      case 'connected':
        if (path.is !== 'broken') return;
        path.timer.cancel();
        this.#path = {is: 'fine'};
        this.#listener.onPath(true);
        return;
      case 'disconnected':
        if (path.is === 'fine') this.#broke(graceMs);
        return;
      case 'failed':
        if (path.is === 'fine') this.#broke(0);
        return;
      case 'closed':
        // DTLS ended it: no restart brings that back.
        this.#giveUp();
        return;
    }
  }

  #broke(delayMs: number): void {
    this.#plan(0, delayMs);
    this.#listener.onPath(false);
  }

  #plan(restarts: number, delayMs: number): void {
    const timer = this.#port.clock.after(delayMs, () => {
      this.#next(restarts);
    });
    this.#path = {is: 'broken', restarts, timer};
  }

  #next(restarts: number): void {
    if (restarts >= mostRestarts) {
      this.#giveUp();
      return;
    }
    this.#plan(restarts + 1, nextMs);
    this.#restart().catch((error: unknown) => {
      // The server has closed it. After any other failure the next restart follows.
      if (hasCode(error, 'unknown_media') && this.#path.is !== 'closed') this.#giveUp();
    });
  }

  async #restart(): Promise<void> {
    const {room, ask} = this.#port;
    const generation = ++this.#generation;
    const params = {room, transport: this.#transport.id, generation};
    const answer = await ask(definitions.transportRestartIce, params, {repeatable: true, timeoutMs: nextMs});
    if (this.#path.is === 'closed' || answer.generation !== this.#generation) return;
    await this.#transport.restartIce({iceParameters: defined(answer.iceParameters)});
  }

  #giveUp(): void {
    this.close();
    this.#listener.onHopeless();
  }
}
