import {chat, ParleyError} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {Ask} from '../session/requests.js';
import {Outgoing, type Accepted, type SentMessage} from './sent-message.js';

/**
 * The server knows a message's id for ten minutes; a minute of margin for the way and the clocks. A message that may
 * have been accepted longer ago than this cannot be repeated safely.
 */
const repeatableForMs = 9 * 60_000;
const shortestRetryMs = 250;
const longestRetryMs = 5_000;
/** Accepted messages whose echo is still to come. */
const mostUnechoed = 1_000;

export interface OutboxOptions {
  readonly room: string;
  readonly clock: Clock;
  readonly ask: Ask;
  readonly newId: () => string;
  /** Messages that may wait; one more is refused. */
  readonly limit: number;
  /** The room takes the next message after so long. */
  readonly onWait: (waitMs: number) => void;
}

/** `held`: the room's continuity is not established, so what is missing may yet come back as an echo. */
type Line =
  | {readonly at: 'held'}
  | {readonly at: 'open'}
  | {readonly at: 'sending'; readonly message: Outgoing}
  | {readonly at: 'pausing'; readonly timer: Timer}
  | {readonly at: 'closed'; readonly error: ParleyError};

/**
 * Messages on their way to a room, one at a time, so that their order is kept whatever has to be repeated.
 *
 * Guarantee: a message is accepted at most once. Repeats carry the same id; after a lost connection nothing is
 * repeated before the room's missed events are here, because one of them may be the message itself.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting: Outgoing[] = [];
  readonly #unechoed = new Map<string, Outgoing>();
  #line: Line = {at: 'held'};
  #failures = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** In the order of sending. */
  get pending(): readonly SentMessage[] {
    return this.#waiting;
  }

  /** Throws a ParleyError if the text cannot be sent, or too many wait already. */
  push(text: string): SentMessage {
    const {room, limit, newId} = this.#options;
    if (this.#line.at === 'closed') throw this.#line.error;
    const parsed = chat.send.params.safeParse({room, id: newId(), text});
    if (!parsed.success) {
      throw new ParleyError('invalid_payload', {
        field: 'text',
        message: `A message has 1–${chat.textLimit} characters.`,
        cause: parsed.error,
      });
    }
    if (this.#waiting.length >= limit) {
      const message = `${limit} messages to ${room} are waiting to be sent already.`;
      throw new ParleyError('overloaded', {message});
    }
    const outgoing = new Outgoing(parsed.data.id, parsed.data.text);
    this.#waiting.push(outgoing);
    this.#next();
    return outgoing;
  }

  /** The room's events are complete: what is still waiting may be sent. */
  open(): void {
    if (this.#line.at !== 'held') return;
    // All events are here and it was not among them.
    for (const message of this.#waiting) if (message.doubt?.traceable) message.doubt = undefined;
    this.#line = {at: 'open'};
    this.#next();
  }

  hold(): void {
    if (this.#line.at === 'closed') return;
    if (this.#line.at === 'pausing') this.#line.timer.cancel();
    this.#line = {at: 'held'};
  }

  /** Events of the room are missing for good: a message whose outcome is unknown may have been among them. */
  continuityLost(): void {
    for (const message of this.#waiting) if (message.doubt) message.doubt = {...message.doubt, traceable: false};
  }

  /** A message of the room. If it is one of these it is sent, acknowledged or not; gives its handle, once. */
  echoed(id: string, accepted: Accepted): SentMessage | undefined {
    const message = this.#unechoed.get(id) ?? this.#waiting.find((waiting) => waiting.id === id);
    if (message) this.#accepted(message, accepted);
    this.#unechoed.delete(id);
    return message;
  }

  close(error: ParleyError): void {
    this.hold();
    this.#line = {at: 'closed', error};
    for (const message of this.#waiting.splice(0)) message.fail(error);
  }

  #next(): void {
    if (this.#line.at !== 'open') return;
    this.#failStale();
    const [message] = this.#waiting;
    if (message) void this.#send(message);
  }

  async #send(message: Outgoing): Promise<void> {
    const {room, ask, clock} = this.#options;
    const line: Line = {at: 'sending', message};
    this.#line = line;
    const begun = clock.now();
    try {
      const {waitMs, ...accepted} = await ask(chat.send, {room, id: message.id, text: message.text}, {early: true});
      this.#accepted(message, accepted);
      if (waitMs !== undefined && waitMs > 0) {
        this.#options.onWait(waitMs);
        // To ask any earlier would only be refused.
        if (this.#line === line) this.#pauseFor(waitMs);
      }
    } catch (thrown) {
      const error = thrown instanceof ParleyError ? thrown : new ParleyError('internal', {cause: thrown});
      // `timeout` and `internal` leave open whether the message was stored; other refusals say that it was not.
      if (error.code === 'timeout' || error.code === 'internal') message.doubt ??= {since: begun, traceable: true};
      if (message.status === 'pending' && !error.retryable) this.#failed(message, error);
      // Held or closed meanwhile: whoever did that goes on from here.
      if (error.code === 'rate_limited') this.#options.onWait(error.retryAfterMs ?? 0);
      if (this.#line === line && error.retryable) this.#pause(error.retryAfterMs);
    }
    if (this.#line === line) {
      this.#line = {at: 'open'};
      this.#next();
    }
  }

  #pause(retryAfterMs: number | undefined): void {
    this.#failures += 1;
    this.#pauseFor(retryAfterMs ?? Math.min(longestRetryMs, shortestRetryMs * 2 ** Math.min(this.#failures, 10)));
  }

  #pauseFor(delayMs: number): void {
    const timer = this.#options.clock.after(delayMs, () => {
      this.#line = {at: 'open'};
      this.#next();
    });
    this.#line = {at: 'pausing', timer};
  }

  #accepted(message: Outgoing, {epoch, offset, at}: Accepted): void {
    if (message.status !== 'pending') return;
    this.#failures = 0;
    this.#remove(message);
    this.#unechoed.set(message.id, message);
    const [oldest] = this.#unechoed.keys();
    if (this.#unechoed.size > mostUnechoed && oldest !== undefined) this.#unechoed.delete(oldest);
    message.accept({epoch, offset, at});
  }

  #failed(message: Outgoing, error: ParleyError): void {
    this.#remove(message);
    message.fail(error);
  }

  #remove(message: Outgoing): void {
    const index = this.#waiting.indexOf(message);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Gives up what may have been accepted too long ago to be repeated: its outcome stays unknown. */
  #failStale(): void {
    const oldest = this.#options.clock.now() - repeatableForMs;
    for (const message of [...this.#waiting]) {
      if (message.doubt && message.doubt.since < oldest) this.#failed(message, new ParleyError('timeout'));
    }
  }
}
