import {isRetryable} from '@parley/protocol';
import {Lanes, pause, type Clock, type OutboxItem, type PushNews, type Store} from '@parley/signaling';
import {backOffMs} from '../webhooks/back-off.js';
import {QueueWindow} from '../webhooks/queue-window.js';
import {OriginSlots} from './origin-slots.js';
import type {PushService, PushServiceAnswer} from './push-service.js';
import {readNote, type QueuedNote} from './queued-note.js';
import type {WebPushObserver} from './web-push-observer.js';

/** Notes that are taken in hand at once; the others wait in the store. */
const windowNotes = 2_000;
/** Requests underway at once to one push service. */
const requestsPerService = 8;
/** For how long a note is tried, if it does not expire before. */
const triedForMs = 15 * 60_000;

export interface SendingRunOptions {
  readonly queue: string;
  readonly store: Pick<Store, 'outbox' | 'pushes' | 'webPush'>;
  readonly clock: Clock;
  readonly service: Pick<PushService, 'send'>;
  readonly observer: WebPushObserver;
  /** From 0 to 1. */
  readonly random: () => number;
  /** A push service refused a note, which another try would not mend. */
  readonly onRefused: (origin: string, reason: string) => void;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
  /** Aborts when another node may be at it. */
  readonly signal: AbortSignal;
}

type Ending = 'reached' | 'gone' | 'refused' | 'expired';

/**
 * Empties the queue while this node has its lease: notes for one browser one after the other, so that an older one never takes
 * the place of a newer, and browsers side by side. What is underway when the lease is lost is left to the next holder.
 */
export class SendingRun {
  readonly #options: SendingRunOptions;
  readonly #lanes = new Lanes();
  readonly #slots = new OriginSlots(requestsPerService);
  readonly #window: QueueWindow;

  constructor(options: SendingRunOptions) {
    this.#options = options;
    const {queue, store, clock, signal} = options;
    this.#window = new QueueWindow({
      queue,
      most: windowNotes,
      outbox: store.outbox,
      clock,
      signal,
      take: (item) => {
        this.#take(item);
      },
      onFailure: (error) => {
        this.#failed(error);
      },
    });
  }

  fill(): void {
    this.#window.fill();
  }

  #take({position, text}: OutboxItem): void {
    const note = readNote(text);
    if (note === undefined) this.#failed(new Error('A note of the web push queue cannot be read.'));
    const lane = this.#lanes.add(note?.subscription.id ?? position, async () => {
      const ending = note && (await this.#deliver(note));
      await this.#window.done([position]);
      if (note && ending) await this.#tell(note, ending);
    });
    lane.catch((error: unknown) => {
      this.#failed(error);
    });
  }

  async #deliver(note: QueuedNote): Promise<Ending> {
    const {clock, random, signal} = this.#options;
    const until = Math.min(note.expiresAt, note.at + triedForMs);
    for (let attempts = 1; ; attempts += 1) {
      if (clock.now() >= until) return 'expired';
      if (!(await this.#window.insist(() => this.#isWanted(note)))) return 'gone';
      const answer = await this.#attempt(note);
      if (answer.kind !== 'later') return this.#settled(note, answer);
      this.#options.observer.ended('later', 1);
      await pause(clock, backOffMs(attempts, answer.retryAfterMs, random(), until - clock.now()), signal);
    }
  }

  /** What became of an attempt that was broken off nobody knows. */
  async #attempt(note: QueuedNote): Promise<PushServiceAnswer> {
    const {clock, service, observer, signal} = this.#options;
    return this.#slots.use(originOf(note), async () => {
      signal.throwIfAborted();
      const startedAt = clock.now();
      const answer = await service.send(note, signal);
      signal.throwIfAborted();
      observer.attempted(clock.now() - startedAt);
      return answer;
    });
  }

  async #settled(note: QueuedNote, answer: Exclude<PushServiceAnswer, {kind: 'later'}>): Promise<Ending> {
    const {store, onRefused} = this.#options;
    if (answer.kind === 'gone') await this.#window.insist(() => store.webPush.remove(note.user, note.subscription.id));
    if (answer.kind === 'refused') onRefused(originOf(note), answer.reason);
    return answer.kind;
  }

  /** It may have changed hands since, or its user may have thought better of it. */
  async #isWanted({user, subscription}: QueuedNote): Promise<boolean> {
    const standing = (await this.#options.store.webPush.of([user])).get(user);
    return (
      standing?.policy?.when !== 'never' && standing?.subscriptions.some(({id}) => id === subscription.id) === true
    );
  }

  /** After it is out of the queue: counts may be too low if this node dies now, and never too high. */
  async #tell({push}: QueuedNote, ending: Ending): Promise<void> {
    this.#options.observer.ended(ending, 1);
    const news: Partial<PushNews> = ending === 'reached' ? {browsersReached: 1} : {browsersFailed: 1};
    await this.#options.store.pushes.count(push, news);
  }

  #failed(error: unknown): void {
    if (this.#options.signal.aborted || isRetryable(error)) return;
    this.#options.onDefect(error, {task: 'web push'});
  }
}

const originOf = ({subscription}: QueuedNote): string => new URL(subscription.endpoint).origin;
