import {hook as wire} from '@parley/protocol';
import type {HubObserver} from '@parley/signaling';
import {Gauge, type Registry} from 'prom-client';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';

type Observer = Pick<HubObserver, 'hookAsked' | 'hookFailed' | 'hookCircuit'>;
type Outcome = Parameters<HubObserver['hookAsked']>[2];

const outcomes: readonly Outcome[] = ['allowed', 'refused', 'kept', 'away', 'wrong', 'spared', 'overloaded'];
/** Those that took a request to the backend. */
const asked: ReadonlySet<Outcome> = new Set(['allowed', 'refused', 'away', 'wrong']);
const bucketsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000];

/** Metrics of what the application's backend decides; the names of backends come from the configuration. */
export function hookMetrics(registry: Registry, backends: readonly string[]): Observer {
  const questions = new ClosedCounter(registry, {
    name: 'parley_hook_questions_total',
    help: 'Questions to backends by outcome: `kept` was answered before; `away` and `wrong` had no answer, `spared` were not put since nobody answers, `overloaded` were too many.',
    labels: {backend: backends, hook: wire.names, outcome: outcomes},
  });
  const durations = new ClosedDurations(registry, {
    name: 'parley_hook_question_seconds',
    help: 'How long a backend took to answer a question, waiting for its turn included, or was waited for.',
    labels: {backend: backends, hook: wire.names},
    bucketsMs,
  });
  const circuits = new Gauge({
    name: 'parley_hook_circuit_open',
    help: '1 while a backend is not asked because it does not answer.',
    labelNames: ['backend'],
    registers: [registry],
  });
  for (const backend of backends) circuits.set({backend}, 0);
  return {
    hookAsked: (backend, hook, outcome, durationMs) => {
      questions.add({backend, hook, outcome});
      if (asked.has(outcome)) durations.observe({backend, hook}, durationMs);
    },
    hookFailed: () => undefined,
    hookCircuit: (backend, state) => {
      circuits.set({backend}, state === 'open' ? 1 : 0);
    },
  };
}
