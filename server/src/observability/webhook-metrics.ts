import type {Registry} from 'prom-client';
import type {WebhookObserver} from '../webhooks/webhook-observer.js';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';

const bucketsMs = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

/** Metrics of webhooks; the names of receivers come from the configuration. */
export function webhookMetrics(registry: Registry, receivers: readonly string[]): WebhookObserver {
  const attempts = new ClosedCounter(registry, {
    name: 'parley_webhook_attempts_total',
    help: 'Requests to webhook receivers, by outcome.',
    labels: {receiver: receivers, outcome: ['delivered', 'failed']},
  });
  const durations = new ClosedDurations(registry, {
    name: 'parley_webhook_attempt_seconds',
    help: 'How long a webhook receiver took to answer, or was waited for.',
    labels: {receiver: receivers},
    bucketsMs,
  });
  const parked = new ClosedCounter(registry, {
    name: 'parley_webhook_parked_total',
    help: 'Events that were given up for a receiver, and wait to be replayed.',
    labels: {receiver: receivers},
  });
  const dropped = new ClosedCounter(registry, {
    name: 'parley_webhook_dropped_total',
    help: 'Events that found no place in a receiver’s queue and are lost.',
    labels: {receiver: receivers},
  });
  return {
    attempted: (receiver, outcome, durationMs) => {
      attempts.add({receiver, outcome});
      durations.observe({receiver}, durationMs);
    },
    parked: (receiver) => {
      parked.add({receiver});
    },
    dropped: (receiver, count) => {
      dropped.add({receiver}, count);
    },
  };
}
