import type {Handover} from '../hub.js';
import type {Clock} from '../ports.js';
import {within} from '../within.js';
import type {ConnectedSession} from './connected-session.js';
import type {LocalSessions} from './local-sessions.js';
import {pause} from '../pause.js';

/** Sessions are sent away in batches, this far apart. */
const batchEveryMs = 50;
/** Farewells per second that cost the node itself little; where nobody says less, this is the pace. */
const fastest = 2_000;
/** Of what the other nodes take in, the rest is left to those who come by themselves. */
const shareOfAccepts = 0.5;
/** For how long the answer to a request that was begun is waited for. */
const finishMs = 2_000;
/** Multiples of it, modulo 1, fall evenly and far apart however many there are. */
const goldenRatio = 0.618_033_988_749_894_9;

/**
 * Sends every session of this node away to resume elsewhere: batch by batch, no faster than the other nodes take them
 * in, each with its own `retryAfterMs`, and each after the requests that it had begun are answered.
 */
export async function drain(local: LocalSessions, others: number, clock: Clock, handover: Handover): Promise<void> {
  const sessions = [...local];
  const {retryAfterMs} = handover;
  const batch = Math.max(1, Math.round((pace(sessions.length, others, handover) * batchEveryMs) / 1_000));
  const farewells: Promise<void>[] = [];
  for (const [index, session] of sessions.entries()) {
    if (index > 0 && index % batch === 0) await pause(clock, batchEveryMs);
    const spread = 1 + ((index * goldenRatio) % 1);
    farewells.push(
      sendAway(session, clock, retryAfterMs === undefined ? undefined : Math.round(retryAfterMs * spread)),
    );
  }
  await Promise.all(farewells);
}

/** Farewells per second. */
function pace(sessions: number, others: number, {acceptsPerSecond = 0, withinMs}: Handover): number {
  // Without another node they cannot come back before this one or its successor is there.
  if (others === 0 || acceptsPerSecond === 0) return fastest;
  const inTime = withinMs === undefined ? 0 : (sessions * 1_000) / withinMs;
  return Math.max(inTime, Math.min(fastest, acceptsPerSecond * others * shareOfAccepts));
}

async function sendAway(session: ConnectedSession, clock: Clock, retryAfterMs: number | undefined): Promise<void> {
  const answered = session.finish();
  if (answered) await within(clock, finishMs, answered);
  session.end('draining', retryAfterMs === undefined ? {} : {retryAfterMs});
}
