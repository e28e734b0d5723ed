import {closeCodes, errorCatalogue, mayReconnect} from '@parley/protocol';
import {isRecord} from '../wire/understand.js';
import type {WireEnd} from '../wire/wire.js';
import type {Trouble} from './state.js';

/** What the end of a connection or a refused handshake asks of the client. */
export type Verdict = Trouble &
  (
    | {readonly next: 'return'; readonly afterMs?: number}
    /** Once: with a token that was fetched anew. */
    | {readonly next: 'renew_token'}
    | {readonly next: 'stay_away'}
  );

const tokenReasons: readonly string[] = ['bad_token', 'token_expired'];
const tokenCodes: readonly number[] = [closeCodes.bad_token.code, closeCodes.token_expired.code];

function judge(code: number, trouble: Trouble, retryAfterMs: unknown): Verdict {
  if (mayReconnect(code)) {
    return {...trouble, next: 'return', ...(typeof retryAfterMs === 'number' && {afterMs: Math.max(0, retryAfterMs)})};
  }
  const renew = tokenCodes.includes(code) || tokenReasons.includes(trouble.reason);
  return {...trouble, next: renew ? 'renew_token' : 'stay_away'};
}

/** By the range of the close code ([CON13]), known or not; a refusal without one goes by its error's `retryable`. */
export function judgeEnd(end: WireEnd): Verdict {
  if (end.kind === 'lost' || !isRecord(end.data)) return {next: 'return', reason: 'network', message: end.message};
  const {code, message, closeCode, retryable, retryAfterMs, reason: because} = end.data;
  const reason = typeof code === 'string' ? code : 'refused';
  const trouble = {
    reason,
    message: typeof message === 'string' ? message : end.message,
    ...(typeof because === 'string' && {because}),
  };
  if (typeof closeCode === 'number') return judge(closeCode, trouble, retryAfterMs);
  const comeBack =
    typeof retryable === 'boolean'
      ? retryable
      : Object.entries(errorCatalogue).some(([name, spec]) => name === reason && spec.retryable);
  return judge(comeBack ? closeCodes.unavailable.code : closeCodes.protocol_error.code, trouble, retryAfterMs);
}

/** The same for `session.closing`, the last event of a connection that the server ends. */
export function judgeClosing(closing: {
  code: number;
  reason: string;
  message: string;
  retryAfterMs?: number | undefined;
}): Verdict {
  return judge(closing.code, {reason: closing.reason, message: closing.message}, closing.retryAfterMs);
}
