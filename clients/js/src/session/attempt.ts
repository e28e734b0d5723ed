import {session as definitions, type PayloadOf, type session as wire} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import {understand} from '../wire/understand.js';
import type {OpenWire, Wire, WireEnd} from '../wire/wire.js';
import {judgeClosing, judgeEnd, type Verdict} from './verdict.js';

export type Ready = PayloadOf<typeof definitions.ready>;
/** A room that the session is in. */
export type KeptRoom = Ready['rooms'][number];

export interface AttemptListener {
  /** The session stands; events follow. */
  onReady(ready: Ready, wire: Wire): void;
  onEvent(name: string, payload: unknown): void;
  /** Once, unless the attempt was abandoned. */
  onEnd(verdict: Verdict): void;
}

export interface AttemptOptions {
  readonly url: string;
  readonly token: Promise<string>;
  /** Made when the token is there: positions may have advanced meanwhile. */
  readonly handshake: (token: string) => wire.Handshake;
  readonly open: OpenWire;
  readonly clock: Clock;
  /** For the token and the handshake together. */
  readonly timeoutMs: number;
  readonly listener: AttemptListener;
}

type Phase = {at: 'token'} | {at: 'opening'; wire: Wire} | {at: 'live'; wire: Wire} | {at: 'ended'};

/** One connection: from the token through `session.ready` to whatever ends it. */
export class Attempt {
  readonly #options: AttemptOptions;
  readonly #deadline: Timer;
  #phase: Phase = {at: 'token'};

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#deadline = options.clock.after(options.timeoutMs, () => {
      const reason = this.#phase.at === 'token' ? 'token' : 'network';
      this.#end({next: 'return', reason, message: `No ${reason === 'token' ? 'token' : 'answer'} in time.`});
    });
    options.token.then(
      (token) => {
        this.#open(token);
      },
      (error: unknown) => {
        const message = `No token could be had: ${error instanceof Error ? error.message : String(error)}`;
        this.#end({next: 'return', reason: 'token', message});
      },
    );
  }

  /** Ends the connection without telling the listener. Idempotent. */
  abandon(): void {
    this.#deadline.cancel();
    const {at} = this.#phase;
    if (at === 'opening' || at === 'live') this.#phase.wire.close();
    this.#phase = {at: 'ended'};
  }

  #open(token: string): void {
    if (this.#phase.at !== 'token') return;
    const {open, url, handshake} = this.#options;
    const wire = open(url, handshake(token), {
      onEvent: (name, payload) => {
        this.#receive(name, payload);
      },
      onEnd: (end: WireEnd) => {
        this.#end(judgeEnd(end));
      },
    });
    this.#phase = {at: 'opening', wire};
  }

  #receive(name: string, payload: unknown): void {
    const phase = this.#phase;
    if (phase.at !== 'opening' && phase.at !== 'live') return;
    if (name === definitions.closing.name) {
      const closing = understand(definitions.closing.payload, payload);
      if (closing) this.#end(judgeClosing(closing));
    } else if (phase.at === 'live') {
      this.#options.listener.onEvent(name, payload);
    } else if (name === definitions.ready.name) {
      const ready = understand(definitions.ready.payload, payload);
      if (!ready) {
        this.#end({next: 'stay_away', reason: 'protocol_error', message: 'The server speaks another protocol.'});
        return;
      }
      this.#deadline.cancel();
      this.#phase = {at: 'live', wire: phase.wire};
      this.#options.listener.onReady(ready, phase.wire);
    }
  }

  #end(verdict: Verdict): void {
    if (this.#phase.at === 'ended') return;
    this.abandon();
    this.#options.listener.onEnd(verdict);
  }
}
