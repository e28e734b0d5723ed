import {errorCatalogue, ParleyError, type ErrorCode} from '@parley/protocol';

interface RequestErrorDetails {
  readonly message?: string | undefined;
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
  /** Nobody answered, or it was no answer of a node. */
  readonly unanswered?: boolean;
}

/** Codes that say nothing about whether it was done. */
const unsettled: ReadonlySet<ErrorCode> = new Set(['timeout', 'internal']);

/** Why a request was not served, with a code of the error catalogue. */
export class RequestError extends ParleyError {
  /** `refused`: nothing was done. `unknown`: it may have been. */
  readonly outcome: 'refused' | 'unknown';
  /** Such as `rooms.create`. */
  verb = '';
  /** Names the request in the log of the server. */
  requestId = '';
  /** How many times it was asked for. */
  attempts = 1;

  constructor(code: ErrorCode, {message, field, retryAfterMs, cause, unanswered = false}: RequestErrorDetails = {}) {
    super(code, {
      ...(message !== undefined && {message}),
      ...(field !== undefined && {field}),
      ...(retryAfterMs !== undefined && {retryAfterMs}),
      ...(cause !== undefined && {cause}),
    });
    this.outcome = unanswered || unsettled.has(code) ? 'unknown' : 'refused';
  }
}

/** What ended an attempt, as it is reported: one that took too long has no error of its own. Throws what is a defect. */
export function toRequestError(thrown: unknown, tookTooLong: boolean, message: string): RequestError {
  if (thrown instanceof RequestError) return thrown;
  if (tookTooLong) return new RequestError('timeout', {message, cause: thrown, unanswered: true});
  throw thrown;
}

export const isCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorCatalogue, value);
