import type {Call, CallState, Mishap, RemoteTrack} from '@parley/client';
import {signal, type ReadonlySignal} from '@preact/signals';
import type {Toasts} from '../store/toasts.js';
import {qualitySentence} from './quality-bars.js';
import {repairText} from './repair-text.js';

/** Something that was seen to happen, so long after what was done. */
export interface Consequence {
  readonly afterMs: number;
  readonly text: string;
}

/** As many as are shown; the oldest but the first make room. */
const mostShown = 8;

/** Mishaps on purpose, and what becomes of the person to whom they happen. */
export class Rehearsal {
  readonly #call: Call;
  readonly #toasts: Toasts;
  readonly #udpBlocked = signal(false);
  readonly #downlink = signal(0);
  readonly #consequences = signal<readonly Consequence[]>([]);
  readonly #endings: readonly (() => void)[];
  #began = 0;
  #wasConnected = true;

  constructor(call: Call, toasts: Toasts) {
    this.#call = call;
    this.#toasts = toasts;
    this.#endings = [
      call.on('state', (state) => {
        this.#stateChanged(state);
      }),
      call.on('trackChanged', (track) => {
        this.#trackChanged(track);
      }),
      call.on('quality', (quality) => {
        if (quality.peer === call.self?.peer && quality.quality !== 'good') this.#add(qualitySentence(quality, true));
      }),
    ];
  }

  get udpBlocked(): ReadonlySignal<boolean> {
    return this.#udpBlocked;
  }

  /** Bits per second that this client is sent at most; 0: not limited. */
  get downlink(): ReadonlySignal<number> {
    return this.#downlink;
  }

  /** What happened since the last mishap, which is the first. */
  get consequences(): ReadonlySignal<readonly Consequence[]> {
    return this.#consequences;
  }

  cutConnection(): void {
    this.#let({kind: 'signaling'}, 'Your connection to the server was cut.');
  }

  loseWorker(): void {
    this.#let({kind: 'worker'}, 'The media worker ended.');
  }

  loseNode(): void {
    this.#let({kind: 'node'}, 'The media node fell silent.');
  }

  blockUdp(blocked: boolean): void {
    this.#udpBlocked.value = blocked;
    this.#let({kind: 'udp', blocked}, blocked ? 'UDP is blocked for you.' : 'UDP passes again.');
  }

  limitDownlink(bitsPerSecond: number): void {
    this.#downlink.value = bitsPerSecond;
    const text = `You are sent ${bitsPerSecond / 1_000} kb/s at most.`;
    this.#let({kind: 'downlink', bitsPerSecond}, bitsPerSecond === 0 ? 'You are sent as much as there is.' : text);
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  #let(mishap: Mishap, text: string): void {
    this.#began = performance.now();
    this.#wasConnected = this.#call.state.status === 'connected';
    this.#consequences.value = [{afterMs: 0, text}];
    this.#toasts.whenFails('Nothing was done to the call.', this.#call.simulate(mishap));
  }

  #stateChanged(state: CallState): void {
    if (state.status === 'reconnecting') this.#add(repairText[state.reason]);
    if (state.status === 'connected' && !this.#wasConnected) this.#add('Everything works again.');
    this.#wasConnected = state.status === 'connected';
  }

  #trackChanged({peer, source, starved, paused, withheld}: RemoteTrack): void {
    if (paused || withheld || (source !== 'camera' && source !== 'screen')) return;
    const name = this.#call.participants.get(peer)?.name ?? 'Somebody';
    this.#add(starved ? `${name}’s video was paused for want of bandwidth.` : `${name}’s video moves.`);
  }

  #add(text: string): void {
    const [first, ...others] = this.#consequences.peek();
    if (first === undefined) return;
    const afterMs = performance.now() - this.#began;
    this.#consequences.value = [first, ...others.slice(-(mostShown - 2)), {afterMs, text}];
  }
}
