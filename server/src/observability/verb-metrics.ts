import {errorCatalogue, type ErrorCode} from '@parley/protocol';
import type {Registry} from 'prom-client';
import type {VerbObserver} from '../api/visitor.js';
import {ClosedCounter} from './closed-labels.js';

export function verbMetrics(registry: Registry, limitReached: VerbObserver['limitReached']): VerbObserver {
  const batchItems = new ClosedCounter(registry, {
    name: 'parley_batch_items_total',
    help: 'Items of batches by outcome.',
    labels: {code: ['ok', ...(Object.keys(errorCatalogue) as ErrorCode[])]},
  });
  return {
    limitReached,
    batchItem: (code) => {
      batchItems.add({code});
    },
  };
}
