import type {HubObserver} from '@parley/signaling';
import {Gauge, type Registry} from 'prom-client';
import {ClosedCounter} from './closed-labels.js';

type PushObserver = Pick<HubObserver, 'pushKept' | 'pushesWaiting' | 'scheduledPush' | 'scheduledPushesWaiting'>;

/** Metrics of pushes that are kept for users, or put off. */
export function pushMetrics(registry: Registry): PushObserver {
  const kept = new ClosedCounter(registry, {
    name: 'parley_push_inbox_total',
    help: 'Users that a push was `stored` for, or `refused` since their inbox was full; who had a newer one instead (`superseded`), `acknowledged` it with a first device, or had it on none when it `expired` (counted within two minutes, on any node).',
    labels: {outcome: ['stored', 'refused', 'superseded', 'acknowledged', 'expired']},
  });
  const keptWaiting = new Gauge({
    name: 'parley_push_inbox_waiting',
    help: 'Users of the whole cluster that a push is stored for, once for each push, and who have it on no device yet; every node says the same.',
    registers: [registry],
  });
  const scheduled = new ClosedCounter(registry, {
    name: 'parley_scheduled_pushes_total',
    help: 'Pushes that were put off: `scheduled`, `sent` when their time came, `refused` then, `cancelled` before.',
    labels: {outcome: ['scheduled', 'sent', 'refused', 'cancelled']},
  });
  const waiting = new Gauge({
    name: 'parley_scheduled_pushes_waiting',
    help: 'Pushes of the whole cluster whose time has not come, on the node that sends them; 0 on the others.',
    registers: [registry],
  });
  return {
    pushKept: (outcome, users) => {
      kept.add({outcome}, users);
    },
    pushesWaiting: (users) => {
      keptWaiting.set(users);
    },
    scheduledPush: (outcome) => {
      scheduled.add({outcome});
    },
    scheduledPushesWaiting: (count) => {
      waiting.set(count);
    },
  };
}
