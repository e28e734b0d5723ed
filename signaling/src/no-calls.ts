import {ParleyError, requests} from '@parley/protocol';
import type {CallsOptions, CallsPart} from './calls-part.js';
import type {Handler} from './dispatch/handler.js';

/** For a hub without calls: every request of theirs is refused, and `session.ready` tells why. */
export function noCalls({media}: Pick<CallsOptions, 'media'>): CallsPart {
  const reason = media.unavailableReason ?? 'This node is built without calls.';
  const refused = (name: string): Handler => ({
    name,
    begin: () => {
      throw new ParleyError('calls_unavailable', {message: reason});
    },
  });
  return {
    handlers: [...requests.keys()].filter((name) => name.startsWith('call.')).map(refused),
    availability: {available: false, reason},
    sessionResumed: () => undefined,
    sessionAway: () => undefined,
    sessionEnded: () => undefined,
    sessionLeftRoom: () => undefined,
    roomPeers: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}
