import type {HubObserver} from '@parley/signaling';
import type {Logger} from './logger.js';

/** What an operator reads in the log besides the metrics: what may be an attack on somebody, and why a backend has no answer. */
export function loggedHub<Observer extends Pick<HubObserver, 'resumeKeyReused' | 'hookFailed' | 'hookCircuit'>>(
  observer: Observer,
  log: Logger,
): Observer {
  return {
    ...observer,
    resumeKeyReused: (session, user) => {
      observer.resumeKeyReused(session, user);
      log.warn({session, user}, 'an old resume key was used, which may have been stolen: the session was ended');
    },
    hookFailed: (backend, hook, reason) => {
      observer.hookFailed(backend, hook, reason);
      log.warn({backend, hook, reason}, 'a backend had no answer to a question');
    },
    hookCircuit: (backend, state) => {
      observer.hookCircuit(backend, state);
      if (state === 'open') log.warn({backend}, 'a backend does not answer: it is asked only now and then from now on');
      else log.info({backend}, 'a backend answers again');
    },
  };
}
