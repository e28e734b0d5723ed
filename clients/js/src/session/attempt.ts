import {session as definitions, type PayloadOf, type session as wire} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import {understand} from '../wire/understand.js';
import type {OpenWire, Wire, WireEnd} from '../wire/wire.js';
import {Lifeline} from './lifeline.js';
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

type Phase =
  | {readonly at: 'token'}
  | {readonly at: 'opening'; readonly wire: Wire; readonly since: number}
  | {readonly at: 'live'; readonly wire: Wire; readonly lifeline: Lifeline}
  | {readonly at: 'ended'};

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

  /** Something suggests that the connection carries nothing any more: if so, it ends. */
  doubt(): void {
    if (this.#phase.at === 'live') this.#phase.lifeline.doubt();
  }

  /** Ends the connection without telling the listener. Idempotent. */
  abandon(): void {
    this.#deadline.cancel();
    const phase = this.#phase;
    this.#phase = {at: 'ended'};
    if (phase.at === 'live') phase.lifeline.end();
    if (phase.at === 'opening' || phase.at === 'live') phase.wire.close();
  }

  #open(token: string): void {
    if (this.#phase.at !== 'token') return;
    const {open, url, handshake, clock} = this.#options;
    const wire = open(url, handshake(token), {
      onHeard: () => {
        if (this.#phase.at === 'live') this.#phase.lifeline.heard();
      },
      onEvent: (name, payload) => {
        this.#receive(name, payload);
      },
      onEnd: (end: WireEnd) => {
        this.#end(judgeEnd(end));
      },
    });
    this.#phase = {at: 'opening', wire, since: clock.now()};
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
      this.#live(ready, phase);
    }
  }

  #live(ready: Ready, {wire, since}: {readonly wire: Wire; readonly since: number}): void {
    const {clock, listener} = this.#options;
    const lifeline = new Lifeline({
      wire,
      clock,
      handshakeMs: clock.now() - since,
      onDead: () => {
        this.#end({next: 'return', reason: 'network', message: 'Nothing comes by the connection any more.'});
      },
    });
    this.#phase = {at: 'live', wire, lifeline};
    listener.onReady(ready, lifeline);
  }

  #end(verdict: Verdict): void {
    if (this.#phase.at === 'ended') return;
    this.abandon();
    this.#options.listener.onEnd(verdict);
  }
}
