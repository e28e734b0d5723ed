import fastifyRateLimit from '@fastify/rate-limit';
import {LimitReached, ParleyError} from '@parley/protocol';
import {ApiKeys} from './api-keys.js';
import type {Api} from './instance.js';

export interface AuthenticationOptions {
  readonly apiKeys: readonly string[];
  /** By one key; and by one address without a key, a fiftieth of it. */
  readonly requestsPerSecond: number;
}

/** Of the requests that a key may make, the part that an address may make without one: enough to find a typing error. */
const strangersPart = 1 / 50;

/**
 * Lets callers with a known key in, each up to its rate; looked at before the body is read.
 *
 * Attempts without a key are counted by address, so that keys cannot be guessed at speed. Counts are this node's own.
 */
export async function authenticate(api: Api, {apiKeys, requestsPerSecond}: AuthenticationOptions): Promise<void> {
  const keys = new ApiKeys(apiKeys);
  const strangersPerSecond = Math.max(1, Math.floor(requestsPerSecond * strangersPart));

  await api.register(fastifyRateLimit, {global: false});
  const count = api.createRateLimit({
    timeWindow: 1_000,
    keyGenerator: (request) => request.caller ?? `address ${request.ip}`,
    max: (request) => (request.caller === undefined ? strangersPerSecond : requestsPerSecond),
  });

  api.decorateRequest('caller', undefined);
  api.addHook('onRequest', async (request) => {
    request.caller = keys.identify(request.headers.authorization);
    const counted = await count(request);
    if (!counted.isAllowed && counted.isExceeded)
      throw new LimitReached('api_requests', {retryAfterMs: Math.max(1, counted.ttl)});
    if (request.caller === undefined) throw new ParleyError('bad_api_key');
    request.log = request.log.child({caller: request.caller});
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Fingerprint of the API key that was presented; undefined outside `/v1` and for an unknown key. */
    caller: string | undefined;
  }
}
