import {ReplyError} from 'ioredis';
import {ParleyError} from '@parley/protocol';

/** How long whoever is refused should wait. */
const retryAfterMs = 1_000;

export const storeAway = (cause?: unknown): ParleyError =>
  new ParleyError('unavailable', {retryAfterMs, ...(cause !== undefined && {cause})});

/**
 * Answers by which Redis says that it cannot do anything of the kind at the moment. Before Redis 7 a script's answer begins
 * with `ERR Error running script (call to f_…): @user_script:12: -`.
 */
const passing =
  /^(?:ERR Error running script .*: -?)?(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|OOM|MISCONF|NOREPLICAS|BUSY|UNKILLABLE)\b/;

/** What a command's failure means to whoever asked for it. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof ReplyError) {
    return error instanceof Error && passing.test(error.message) ? storeAway(error) : error;
  }
  // It was sent, and the connection broke or the answer did not come: perhaps it was done.
  return new ParleyError('timeout', {retryAfterMs, cause: error});
}
