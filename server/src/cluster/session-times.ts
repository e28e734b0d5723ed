import type {StoreOptions} from '@parley/signaling';

/** For how long the traces of sessions are kept. */
export interface SessionTimes {
  /** How long a session may be away. */
  readonly windowMs: number;
  /** How often a node refreshes the sessions that it has. */
  readonly refreshMs: number;
  /** How long a connected session is kept unless refreshed: at least the window after its node vanished. */
  readonly keepMs: number;
  /** How long its keys are kept beyond that, so that a node can end it in order. */
  readonly graceMs: number;
}

export function sessionTimes({resumeWindowMs}: Pick<StoreOptions, 'resumeWindowMs'>): SessionTimes {
  const refreshMs = Math.min(Math.max(resumeWindowMs / 4, 100), 30_000);
  return {
    windowMs: resumeWindowMs,
    refreshMs,
    keepMs: Math.ceil(resumeWindowMs + 3 * refreshMs),
    graceMs: 600_000,
  };
}
