import type {Registry} from 'prom-client';
import {webPushOutcomes, type WebPushObserver} from '../web-push/web-push-observer.js';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';

const bucketsMs = [25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Metrics of web push. Push services are named by browsers: no closed set, and therefore no label. */
export function webPushMetrics(registry: Registry): WebPushObserver {
  const ended = new ClosedCounter(registry, {
    name: 'parley_web_push_total',
    help: 'Notes for browsers of users who were away, by what became of them; later: one more try of a note.',
    labels: {outcome: webPushOutcomes},
  });
  const durations = new ClosedDurations(registry, {
    name: 'parley_web_push_attempt_seconds',
    help: 'How long push services took to answer, or were waited for.',
    labels: {},
    bucketsMs,
  });
  return {
    attempted: (durationMs) => {
      durations.observe({}, durationMs);
    },
    ended: (outcome, count) => {
      ended.add({outcome}, count);
    },
  };
}
