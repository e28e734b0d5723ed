import {isRetryable, ParleyError} from '@parley/protocol';
import type {CallPort} from './port.js';

/** Why a client is not in the call yet, and when it tries again. */
export interface Postponement {
  readonly error: ParleyError;
  /** Milliseconds since the Unix epoch, by this device's clock. */
  readonly retryAt: number;
}

/** When to try again what was refused for this; undefined if trying again is not known to help. */
export function postponementOf(error: unknown, {clock}: Pick<CallPort, 'clock'>): Postponement | undefined {
  if (!isRetryable(error) || error.retryAfterMs === undefined) return undefined;
  return {error, retryAt: clock.now() + error.retryAfterMs};
}

/** Resolves at that time; rejects when the wait is ended before, or the client closed. */
export function waitUntil(
  at: number,
  {clock, onConnection}: Pick<CallPort, 'clock' | 'onConnection'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: ParleyError): void => {
      timer.cancel();
      unsubscribe();
      signal?.removeEventListener('abort', abort);
      if (error === undefined) resolve();
      else reject(error);
    };
    const abort = (): void => {
      end(new ParleyError('not_in_call', {message: 'The wait was ended.'}));
    };
    const timer = clock.after(Math.max(0, at - clock.now()), () => {
      end();
    });
    const unsubscribe = onConnection((change) => {
      if (!change.up && change.closed) end(new ParleyError('unavailable', {message: 'The client was closed.'}));
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
  });
}
