/** What is known at once of a push. */
export interface PushAnswer {
  /** Connected sessions that it was meant for. */
  readonly addressed: number;
  readonly reached: number;
  /** Users that it is kept for. */
  readonly stored: number;
  readonly refused: number;
  /** That it is sent to by web push. */
  readonly browsers: number;
}

/** What becomes known of it later. */
export interface PushNews {
  /** By devices, of what is kept; else by sessions. */
  readonly acknowledged: number;
  /** Users of whom a first device acknowledged it. */
  readonly taken: number;
  /** Users for whom a newer one took its place before any device had it. */
  readonly superseded: number;
  /** Whose push service took it. */
  readonly browsersReached: number;
  readonly browsersFailed: number;
}

export interface PushRecord extends PushAnswer, PushNews {
  readonly at: number;
  /** If it is kept for users. */
  readonly expiresAt?: number;
  readonly awaitsAcks: boolean;
  /** What is known at once is known. */
  readonly answered: boolean;
}

/** When it was pushed, when it is pointless, and for how long it is asked about. */
export interface PushTimes {
  readonly at: number;
  readonly expiresAt?: number;
  /** When it is not waited any longer for what may become of it. */
  readonly endsAt: number;
  readonly keepMs: number;
  /** It is kept for nobody, and sessions acknowledge it. */
  readonly awaitsAcks: boolean;
}

/**
 * What became of pushes of which not everything is known at once, counted by all nodes.
 *
 * Guarantee: each call is atomic. Counts are exact as far as they were told: a node that dies, or that cannot reach the
 * store, takes with it what it had not told yet, so that a count may be too low and is never too high. Nothing is noted
 * of a push that was not opened or whose time is over.
 * A push is due from its end on, or from when nothing more can become of it (`isComplete`), until it is settled. Who is
 * not told of an opened push's counts by `due` before its end, since a node died in that moment, is told at its end.
 */
export interface PushRecords {
  /** Of no effect if it is open already. */
  open(id: string, times: PushTimes): Promise<void>;
  answer(id: string, answer: PushAnswer): Promise<void>;
  count(id: string, news: Partial<PushNews>): Promise<void>;
  get(id: string): Promise<PushRecord | undefined>;
  /** Those that are due, the first first; also of pushes of which nothing is known any more. */
  due(now: number, limit: number): Promise<readonly string[]>;
  /** They are due no more. Idempotent. */
  settle(ids: readonly string[]): Promise<void>;
}

/** Nothing more can become of it. */
export function isComplete(record: PushRecord): boolean {
  if (!record.answered || record.browsersReached + record.browsersFailed < record.browsers) return false;
  if (record.stored > 0) return record.taken + record.superseded >= record.stored;
  return !record.awaitsAcks || record.acknowledged >= record.reached;
}
