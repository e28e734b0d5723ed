import {compose} from '../generator/tally.js';
import type {Accepted} from './journal.js';
import {field} from './wire.js';

/** False if there is no connection to send by. */
type Send = (params: {room: string; id: string; text: string}, onAnswer: (answer: unknown) => void) => boolean;

const retryMs = 500;

/** What one client wrote and the server has not accepted yet: sent again with the same ids until it does. */
export class Outbox {
  readonly #room: string;
  readonly #send: Send;
  readonly #waiting = new Map<number, {readonly text: string; inFlight: boolean}>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly accepted: Accepted[] = [];
  /** Codes of refusals that forbid to try again. */
  readonly refused: string[] = [];

  constructor(room: string, send: Send) {
    this.#room = room;
    this.#send = send;
  }

  /** Messages without an answer. */
  get size(): number {
    return this.#waiting.size;
  }

  write(sequence: number, bytes: number): void {
    this.#waiting.set(sequence, {text: compose(sequence, bytes), inFlight: false});
    this.#post(sequence);
  }

  /** The connection is gone, and with it every answer that was due on it. */
  lost(): void {
    for (const message of this.#waiting.values()) message.inFlight = false;
  }

  resend(): void {
    for (const sequence of [...this.#waiting.keys()]) this.#post(sequence);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#waiting.clear();
  }

  #post(sequence: number): void {
    const message = this.#waiting.get(sequence);
    if (message === undefined || message.inFlight) return;
    const params = {room: this.#room, id: `m${String(sequence)}`, text: message.text};
    message.inFlight = this.#send(params, (answer) => {
      this.#answered(sequence, message, answer);
    });
  }

  #answered(sequence: number, message: {inFlight: boolean}, answer: unknown): void {
    message.inFlight = false;
    if (field(answer, 'ok') === true) {
      this.#waiting.delete(sequence);
      this.accepted.push([sequence, Number(field(field(answer, 'data'), 'offset'))]);
      return;
    }
    const error = field(answer, 'error');
    if (field(error, 'retryable') !== true) {
      this.#waiting.delete(sequence);
      this.refused.push(String(field(error, 'code')));
      return;
    }
    const told = field(error, 'retryAfterMs');
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#post(sequence);
      },
      typeof told === 'number' ? told : retryMs,
    );
    this.#timers.add(timer);
  }
}
