import {createHash} from 'node:crypto';
import type {PushRequest} from '../pushes.js';

/** The same for a push and its repetition, another for any other. */
export const printOf = (request: Omit<PushRequest, 'key'>): string => {
  const {target, except, topic, data, store, ttlMs, collapseKey, ack, notify, priority, sendAt, delayMs} = request;
  return createHash('sha256')
    .update(
      JSON.stringify([target, except, topic, data, store, ttlMs, collapseKey, ack, notify, priority, sendAt, delayMs]),
    )
    .digest('base64url');
};

/**
 * Of a push with a key, the same each time: what is kept or waits already, though its receipt is not there because the node
 * died that put it, is not put again.
 */
export function idOf(request: PushRequest): string | undefined {
  if (request.key === undefined) return undefined;
  const hash = createHash('sha256')
    .update(`${request.key} ${printOf(request)}`)
    .digest('base64url');
  return `p_${hash.slice(0, 21)}`;
}
