import type {HubObserver} from '@parley/signaling';
import type {Logger} from './logger.js';

/** What an operator reads in the log besides the metrics: what may be an attack on somebody. */
export function loggedHub<Observer extends Pick<HubObserver, 'resumeKeyReused'>>(
  observer: Observer,
  log: Logger,
): Observer {
  return {
    ...observer,
    resumeKeyReused: (session, user) => {
      observer.resumeKeyReused(session, user);
      log.warn({session, user}, 'an old resume key was used, which may have been stolen: the session was ended');
    },
  };
}
