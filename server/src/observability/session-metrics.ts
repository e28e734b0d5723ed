import type {HubObserver} from '@parley/signaling';
import {Counter, type Registry} from 'prom-client';
import {ClosedCounter} from './closed-labels.js';

type SessionObserver = Pick<HubObserver, 'sessionOpened' | 'sessionClosed' | 'resumeKeyReused' | 'roomRecovered'>;

/** Metrics of sessions: how they begin, come back and end. */
export function sessionMetrics(registry: Registry): SessionObserver {
  const sessionsOpened = new ClosedCounter(registry, {
    name: 'parley_sessions_opened_total',
    help: 'Sessions that began on this node, or came back to it.',
    labels: {outcome: ['new', 'resumed']},
  });
  const sessionsClosed = new ClosedCounter(registry, {
    name: 'parley_sessions_closed_total',
    help: 'Sessions that lost their connection or ended, by reason.',
    labels: {
      reason: ['dropped', 'expired', 'kicked', 'revoked', 'ended', 'replaced', 'displaced', 'key_reused'],
    },
  });
  const recoveries = new ClosedCounter(registry, {
    name: 'parley_room_recoveries_total',
    help: 'Rooms of resumed sessions: whether what was missed was replayed entirely, or not at all.',
    labels: {recovered: ['true', 'false']},
  });
  const keysReused = new Counter({
    name: 'parley_resume_keys_reused_total',
    help: 'Old resume keys that somebody used on this node: each may have been stolen, and ended its session.',
    registers: [registry],
  });
  const replayed = new Counter({
    name: 'parley_replayed_events_total',
    help: 'Stored events that were replayed to resumed sessions.',
    registers: [registry],
  });
  return {
    sessionOpened: (outcome) => {
      sessionsOpened.add({outcome});
    },
    sessionClosed: (reason) => {
      sessionsClosed.add({reason});
    },
    resumeKeyReused: () => {
      keysReused.inc();
    },
    roomRecovered: (recovered, events) => {
      recoveries.add({recovered: recovered ? 'true' : 'false'});
      replayed.inc(events);
    },
  };
}
