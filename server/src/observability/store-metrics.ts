import {Counter, type Registry} from 'prom-client';
import type {StoreObserver} from '../cluster/store-observer.js';
import {ClosedCounter} from './closed-labels.js';
import {emitterOutcomes, type EdgeObserver} from './edge-observer.js';

/** Metrics of the shared store. */
export function storeMetrics(registry: Registry): StoreObserver {
  const counter = (name: string, help: string): Counter => new Counter({name, help, registers: [registry]});
  const lost = new ClosedCounter(registry, {
    name: 'parley_redis_disconnects_total',
    help: 'Connections to Redis that were lost.',
    labels: {line: ['commands', 'subscriptions']},
  });
  const connected = new ClosedCounter(registry, {
    name: 'parley_redis_connects_total',
    help: 'Connections to Redis that came (back), checked and with every channel subscribed.',
    labels: {line: ['commands', 'subscriptions']},
  });
  const successions = counter(
    'parley_redis_failovers_total',
    'Times that a server of Redis took the place of another, or came back from a restart.',
  );
  const repaired = counter(
    'parley_feed_repaired_events_total',
    'Events that did not arrive by a room’s channel and were read from its log.',
  );
  const losses = counter(
    'parley_redis_losses_total',
    'Times that this node found events missing in Redis that had been acknowledged; every room then begins another epoch.',
  );
  const restored = counter(
    'parley_revocations_restored_total',
    'Revocations that Redis had lost and this node gave back.',
  );
  const givenUp = counter(
    'parley_revocations_given_up_total',
    'Revocations that Redis alone remembers, because this node knows of as many as it keeps.',
  );
  const repeated = counter(
    'parley_node_requests_repeated_total',
    'Requests to other nodes that were sent again because no answer had come.',
  );
  const leases = new ClosedCounter(registry, {
    name: 'parley_leases_lost_total',
    help: 'Leases that this node would have kept: `expired` before they were renewed, `taken` by another or out of Redis, `declared_dead` with the node. What it ran by them ended here.',
    labels: {
      of: ['call', 'webhook', 'web-push', 'scheduled', 'sweeper', 'housekeeper'],
      how: ['expired', 'taken', 'declared_dead'],
    },
  });
  return {
    lost: (line) => {
      lost.add({line});
    },
    back: (line) => {
      connected.add({line});
    },
    succeeded: () => {
      successions.inc();
    },
    repaired: (events) => {
      repaired.inc(events);
    },
    lostEvents: () => {
      losses.inc();
    },
    revocationsRestored: (count) => {
      restored.inc(count);
    },
    revocationsGivenUp: (count) => {
      givenUp.inc(count);
    },
    requestRepeated: () => {
      repeated.inc();
    },
    leaseLost: (name, how) => {
      leases.add({of: name.split(':')[0] ?? name, how});
    },
  };
}

/** Counts what foreign producers publish by Redis. */
export function emitterMetrics(registry: Registry): EdgeObserver['foreignEvent'] {
  const messages = new ClosedCounter(registry, {
    name: 'parley_emitter_messages_total',
    help: 'Messages of Socket.IO emitters for somebody here: delivered, or refused for the reason given.',
    labels: {outcome: emitterOutcomes},
  });
  return (outcome) => {
    messages.add({outcome});
  };
}
