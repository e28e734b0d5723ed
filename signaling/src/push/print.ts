import {createHash} from 'node:crypto';
import type {PushRequest} from '../pushes.js';

/** The same for a push and its repetition, another for any other. */
export const printOf = ({
  target,
  except,
  topic,
  data,
  store,
  ttlMs,
  collapseKey,
  ack,
  notify,
}: Omit<PushRequest, 'key'>): string =>
  createHash('sha256')
    .update(JSON.stringify([target, except, topic, data, store, ttlMs, collapseKey, ack, notify]))
    .digest('base64url');
