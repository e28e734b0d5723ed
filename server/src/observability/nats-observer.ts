import {errorCatalogue, type ErrorCode} from '@parley/protocol';
import type {Registry} from 'prom-client';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';

/** Monitoring of what comes from NATS. */
export interface NatsObserver {
  /** `code` is `ok` or of the catalogue; without `replyWanted` nobody but this hears of it. */
  answered(verb: string, code: string, replyWanted: boolean, durationMs: number): void;
}

const verbs = ['push', 'publish', 'batch'];
const bucketsMs = [1, 5, 25, 100, 500, 2_500];

export function natsMetrics(registry: Registry): NatsObserver {
  const messages = new ClosedCounter(registry, {
    name: 'parley_nats_messages_total',
    help: 'Messages from NATS by what they ask for and outcome; `reply` says whether anybody was told of it.',
    labels: {verb: verbs, code: ['ok', ...(Object.keys(errorCatalogue) as ErrorCode[])], reply: ['yes', 'no']},
  });
  const durations = new ClosedDurations(registry, {
    name: 'parley_nats_message_duration_seconds',
    help: 'From the arrival of a message from NATS until it was done or refused.',
    labels: {verb: verbs},
    bucketsMs,
  });
  return {
    answered: (verb, code, replyWanted, durationMs) => {
      messages.add({verb, code, reply: replyWanted ? 'yes' : 'no'});
      durations.observe({verb}, durationMs);
    },
  };
}
