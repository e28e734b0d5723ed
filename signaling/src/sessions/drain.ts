import type {Clock} from '../ports.js';
import type {LocalSessions} from './local-sessions.js';

/** Connections closed per batch, and the pause between batches: 2,000 a second, which the other nodes must take in. */
const batch = 100;
const pauseMs = 50;

/**
 * Sends every session of this node away to resume elsewhere, in batches. Each is given its own `retryAfterMs`, evenly
 * spread over once to twice the given one, so that they do not all come back at once.
 */
export async function drain(local: LocalSessions, clock: Clock, retryAfterMs: number | undefined): Promise<void> {
  const sessions = [...local];
  for (let from = 0; from < sessions.length; from += batch) {
    if (from > 0) await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
    for (const [index, session] of sessions.slice(from, from + batch).entries()) {
      const share = (from + index) / sessions.length;
      session.end('draining', retryAfterMs === undefined ? {} : {retryAfterMs: Math.round(retryAfterMs * (1 + share))});
    }
  }
}
