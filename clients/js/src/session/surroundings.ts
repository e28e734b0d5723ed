import type {Unsubscribe} from '../emitter.js';

/** The page or process around the client. */
export interface Surroundings {
  /** The network is back: a good moment for an attempt. */
  onOnline(callback: () => void): Unsubscribe;
  /** The page goes away, perhaps to be reloaded: the last moment to write something down. */
  onHide(callback: () => void): Unsubscribe;
  /** The page came back as it was (from the browser's back-forward cache). */
  onShow(callback: () => void): Unsubscribe;
}

function listen(name: string, callback: () => void): Unsubscribe {
  if (!('addEventListener' in globalThis)) return () => undefined;
  globalThis.addEventListener(name, callback);
  return () => {
    globalThis.removeEventListener(name, callback);
  };
}

/** A browser's window; in Node nothing is ever announced, and the back-off alone decides. */
export const ownSurroundings: Surroundings = {
  onOnline: (callback) => listen('online', callback),
  onHide: (callback) => listen('pagehide', callback),
  onShow: (callback) => listen('pageshow', callback),
};
