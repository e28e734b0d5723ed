import {randomUUID} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {backOff} from './back-off.js';
import type {BackendOptions, CallOptions} from './call-options.js';
import {isFields, type Fields, type Place} from './place.js';
import {toRequestError, type RequestError} from './request-error.js';
import type {Transport} from './transport.js';

const usual = {timeoutMs: 30_000, attemptTimeoutMs: 10_000, retries: 3};

/**
 * Asks until there is an answer, no more attempt is left, or the time is over. What may have been done is asked for again
 * only if that does no harm; verbs that take an idempotency key are given one, so that it never does.
 *
 * Rejects with a RequestError, or with the reason of the caller's own signal.
 */
export async function persist(
  transport: Transport,
  verb: string,
  place: Place,
  request: Fields,
  {signal, requestId = randomUUID(), ...own}: CallOptions,
  defaults: Pick<BackendOptions, 'timeoutMs' | 'attemptTimeoutMs' | 'retries'>,
): Promise<unknown> {
  const {timeoutMs, attemptTimeoutMs, retries} = {...usual, ...defaults, ...own};
  const {asked, repeat} = withKeys(place, request);
  const whole = AbortSignal.timeout(timeoutMs);
  const endsAt = performance.now() + timeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    const signals = [whole, AbortSignal.timeout(attemptTimeoutMs), ...(signal === undefined ? [] : [signal])];
    try {
      signal?.throwIfAborted();
      return await transport.ask(place, asked, {requestId, signal: AbortSignal.any(signals)});
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      const tookTooLong = signals.some(({aborted}) => aborted);
      const error = toRequestError(thrown, tookTooLong, 'No answer came in time.');
      Object.assign(error, {verb, requestId, attempts});
      const pauseMs = error.retryAfterMs ?? backOff(attempts);
      if (attempts > retries || !mayRepeat(repeat, error) || performance.now() + pauseMs >= endsAt) throw error;
      await sleep(pauseMs, undefined, signal === undefined ? {} : {signal}).catch(() => undefined);
    }
  }
}

/** The request with a key wherever one may be and none is; a batch of pushes alone is as safe as each of them. */
function withKeys({repeat}: Place, request: Fields): {asked: Fields; repeat: Place['repeat']} {
  const {items} = request;
  if (repeat === 'by-key') return {asked: withKey(request), repeat};
  if (!Array.isArray(items)) return {asked: request, repeat};
  const keyed = items.map((item: unknown) =>
    isFields(item) && isFields(item['push']) ? {...item, push: withKey(item['push'])} : item,
  );
  const isPushes = items.every((item: unknown) => isFields(item) && Object.keys(item).join() === 'push');
  return {asked: {...request, items: keyed}, repeat: isPushes ? 'by-key' : repeat};
}

const withKey = (push: Fields): Fields => (push['key'] === undefined ? {...push, key: randomUUID()} : push);

const mayRepeat = (repeat: Place['repeat'], {retryable, outcome}: RequestError): boolean =>
  retryable && (outcome === 'refused' || repeat !== 'if-refused');
