import {ReplyError} from 'ioredis';
import {ParleyError} from '@parley/protocol';

/** How long whoever is refused should wait. */
const retryAfterMs = 1_000;

export const storeAway = (cause?: unknown): ParleyError =>
  new ParleyError('unavailable', {retryAfterMs, ...(cause !== undefined && {cause})});

/** How answers of scripts begin before Redis 7: `ERR Error running script (call to f_…): @user_script:12: -…`. */
const scriptsOwn = '(?:ERR Error running script .*: -?)?';

/** Answers by which Redis says that it cannot do anything of the kind at the moment. */
const passing = new RegExp(
  `^${scriptsOwn}(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|OOM|MISCONF|NOREPLICAS|BUSY|UNKILLABLE)\\b`,
);
const demoted = new RegExp(`^${scriptsOwn}READONLY\\b`);
const elsewhere = /^(MOVED|ASK) \d+ (.*):(\d+)$/;

/** The key is at another server of the cluster: nothing was done. */
export class Moved extends Error {
  /** Only this once, because the slot is being moved; otherwise for good. */
  readonly once: boolean;
  /** `host:port`; the host is empty if it is the one that was asked. */
  readonly server: string;

  constructor(once: boolean, server: string) {
    super('The key is at another server.');
    this.once = once;
    this.server = server;
  }
}

export function movedOf(error: unknown): Moved | undefined {
  const parts = isReply(error) ? elsewhere.exec(error.message) : null;
  return parts === null ? undefined : new Moved(parts[1] === 'ASK', `${parts[2]}:${parts[3]}`);
}

/** Whether a server that was the master is a replica now. */
export const wasDemoted = (error: unknown): boolean => isReply(error) && demoted.test(error.message);

/** What a command's failure means to whoever asked for it. */
export function refusalOf(error: unknown): unknown {
  if (isReply(error)) return passing.test(error.message) ? storeAway(error) : error;
  // It was sent, and the connection broke or the answer did not come: perhaps it was done.
  return new ParleyError('timeout', {retryAfterMs, cause: error});
}

const isReply = (error: unknown): error is Error => error instanceof ReplyError && error instanceof Error;
