import {clientId, ParleyError} from '@parley/protocol';
import {z} from 'zod';
import {parse} from './parse.js';

/** The header as clients of other services send it too: bare, or as a quoted string. */
export const idempotencyHeader = z.looseObject({
  'idempotency-key': z
    .string()
    .transform((text) => /^"(.*)"$/.exec(text)?.[1] ?? text)
    .pipe(clientId)
    .optional()
    .meta({description: 'The same as `key` in the body; give one of them.'}),
});

/**
 * The body with the header's key as its own. A body that is no object is left to be refused for that.
 *
 * Throws `invalid_payload` if the header is malformed, or differs from the body's key.
 */
export function withIdempotencyKey(headers: unknown, body: unknown): unknown {
  const key = parse(idempotencyHeader, headers)['idempotency-key'];
  if (key === undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  if ('key' in body && body.key !== key) {
    throw new ParleyError('invalid_payload', {field: 'key', message: 'differs from the Idempotency-Key header'});
  }
  return {...body, key};
}
