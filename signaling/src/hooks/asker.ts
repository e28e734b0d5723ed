import {hook as wire, LimitReached, ParleyError} from '@parley/protocol';
import type {HubObserver} from '../hub.js';
import {NoAnswer, type Clock, type HookBackend, type Ids} from '../ports.js';
import type {Circuit} from './circuit.js';
import {KeptAnswers} from './kept-answers.js';
import type {Turnstile} from './turnstile.js';

type HookName = wire.HookName;

/** Answers of one hook that are kept at once. */
const maxKept = 50_000;
/** When to come back if a question found no answer, or no place. */
const retryMs = 1_000;
/** Of what goes wrong one case is told in so long: one is like the other. */
const complainEveryMs = 10_000;

/** A backend as all its hooks have it. */
export interface BackendLine {
  readonly name: string;
  readonly backend: HookBackend;
  /** Of one question; it waits as long for its turn at most. */
  readonly timeoutMs: number;
  readonly circuit: Circuit;
  readonly turnstile: Turnstile;
}

export interface AskerOptions<H extends HookName> {
  readonly hook: H;
  readonly line: BackendLine;
  /** What counts if there is no answer. */
  readonly fails: 'open' | 'closed';
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'id'>;
  readonly observer: Pick<HubObserver, 'hookAsked' | 'hookFailed'>;
}

/** Has one kind of question answered: by what is kept, by the backend, or by what is to count without it. */
export class Asker<H extends HookName> {
  readonly #options: AskerOptions<H>;
  readonly #kept: KeptAnswers<wire.HookAnswer<H>>;
  #complainedAt: number | undefined;

  constructor(options: AskerOptions<H>) {
    this.#options = options;
    this.#kept = new KeptAnswers(options.clock, maxKept);
  }

  /**
   * Resolves with what the backend changes, in a time that is bounded whatever it does. Rejects with the code that it refuses
   * with; with `overloaded` if too much is asked, whatever counts without an answer, since anybody could bring that about; with
   * `unavailable` if there is no answer and without one nothing is allowed.
   */
  async ask(data: wire.QuestionOf<H>): Promise<wire.ChangesOf<H> | undefined> {
    const key = 'room' in data ? `${data.room} ${data.user}` : data.user;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#tell('kept', 0);
      return verdictOf(kept);
    }
    const {clock, line, fails} = this.#options;
    const startedAt = clock.now();
    let answer: wire.HookAnswer<H>;
    try {
      answer = await this.#answer(data);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const wasAsked = error !== spared;
      this.#tell(wasAsked ? error.kind : 'spared', clock.now() - startedAt);
      if (wasAsked) this.#complain(error.message);
      if (fails === 'open') return undefined;
      const retryAfterMs = Math.max(retryMs, line.circuit.waitMs);
      throw new ParleyError('unavailable', {message: 'The application’s backend does not answer.', retryAfterMs});
    }
    this.#tell(answer.allow ? 'allowed' : 'refused', clock.now() - startedAt);
    // What was made of one message says nothing of the next.
    const isForOne = answer.allow && 'text' in answer.changes;
    if (answer.cacheMs > 0 && !isForOne) this.#kept.put(key, answer, answer.cacheMs);
    return verdictOf(answer);
  }

  async #answer(data: wire.QuestionOf<H>): Promise<wire.HookAnswer<H>> {
    const {circuit, turnstile} = this.#options.line;
    if (circuit.waitMs > 0) throw spared;
    const done = await this.#inTime((signal) => turnstile.take(signal));
    if (done === undefined) {
      this.#tell('overloaded', 0);
      throw new LimitReached('hooks', {retryAfterMs: retryMs});
    }
    try {
      if (!circuit.admit()) throw spared;
      return await this.#inTime((signal) => this.#question(data, signal));
    } finally {
      done();
    }
  }

  async #inTime<T>(deed: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const {clock, line} = this.#options;
    const late = new AbortController();
    const timer = clock.after(line.timeoutMs, () => {
      late.abort();
    });
    try {
      return await deed(late.signal);
    } finally {
      timer.cancel();
    }
  }

  async #question(data: wire.QuestionOf<H>, signal: AbortSignal): Promise<wire.HookAnswer<H>> {
    const {hook, line, clock, ids} = this.#options;
    const {circuit, backend, timeoutMs} = line;
    try {
      const given = await backend.ask({hook, id: `h_${ids.id()}`, at: clock.now(), data}, signal);
      const answer = wire.readAnswer(hook, given);
      if (typeof answer === 'string') throw new NoAnswer('wrong', answer);
      circuit.answered();
      return answer;
    } catch (thrown) {
      const error = signal.aborted
        ? new NoAnswer('away', `no answer within ${timeoutMs} ms`)
        : thrown instanceof NoAnswer
          ? thrown
          : new NoAnswer('wrong', String(thrown));
      if (error.kind === 'away') circuit.unanswered();
      else circuit.answered();
      throw error;
    }
  }

  #complain(reason: string): void {
    const {clock, observer, line, hook} = this.#options;
    const now = clock.now();
    if (this.#complainedAt !== undefined && now - this.#complainedAt < complainEveryMs) return;
    this.#complainedAt = now;
    observer.hookFailed(line.name, hook, reason);
  }

  #tell(outcome: Parameters<HubObserver['hookAsked']>[2], durationMs: number): void {
    const {observer, line, hook} = this.#options;
    observer.hookAsked(line.name, hook, outcome, durationMs);
  }
}

/** Nobody was asked, because nobody answers at the moment. */
const spared = new NoAnswer('away', 'not asked');

function verdictOf<H extends HookName>(answer: wire.HookAnswer<H>): wire.ChangesOf<H> {
  if (answer.allow) return answer.changes;
  const {code, message, reason, retryAfterMs} = answer;
  throw new ParleyError(code, {
    ...(message !== undefined && {message}),
    ...(reason !== undefined && {reason}),
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  });
}
