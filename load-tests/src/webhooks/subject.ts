import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import type {WebhookReceiver} from './receiver.js';
import type {Pushed} from './writers.js';

/** What one receiver was told. */
export interface WebhookSubject {
  /** Events that it has, each once. */
  readonly events: number;
  /** What must be 0. */
  readonly missing: number;
  readonly outOfOrder: number;
  readonly gaps: number;
  readonly unverified: number;
  /** Events that were told again after they had been taken. */
  readonly repeated: number;
  /** Events that were given up, and came when they were replayed. */
  readonly parked: number;
  /** From the event to its arrival: with all receivers good; with three bad; and of those after a node was killed besides. */
  readonly latencyMs: {readonly good: Percentiles; readonly bad: Percentiles; readonly killed: Percentiles};
  /** From when all were good again to the last event. */
  readonly behindSeconds: number;
}

/** What a push belongs to; `between` is not measured. */
export type Phase = 'between' | keyof WebhookSubject['latencyMs'];

/** What was to come, and under which circumstances. */
export interface Expected {
  readonly pushed: readonly Pushed<Phase>[];
  /** Ids of what was parked, by receivers. */
  readonly parked: ReadonlyMap<string, ReadonlySet<string>>;
  /** Milliseconds since the Unix epoch. */
  readonly goodAgainAt: number;
}

export function subjectOf(receiver: WebhookReceiver, {pushed, parked, goodAgainAt}: Expected): WebhookSubject {
  const {name, ledger, gaps, unverified} = receiver;
  const ids = parked.get(name) ?? new Set();
  const latencies = (phase: Phase): Percentiles =>
    percentilesOf(ledger.latenciesMs(pushed.filter((one) => one.phase === phase)));
  return {
    events: ledger.size,
    missing: ledger.missing(pushed),
    outOfOrder: ledger.outOfOrder(ids),
    gaps,
    unverified,
    repeated: ledger.repeated,
    parked: ids.size,
    latencyMs: {good: latencies('good'), bad: latencies('bad'), killed: latencies('killed')},
    behindSeconds: Math.max(0, ledger.lastAt - goodAgainAt) / 1_000,
  };
}
