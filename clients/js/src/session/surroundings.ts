import type {Unsubscribe} from '../emitter.js';

/** The page or process around the client. */
export interface Surroundings {
  /** The network is back: a good moment for an attempt. */
  onOnline(callback: () => void): Unsubscribe;
  /** The network may be another one than before: what was connected by it may lead nowhere. */
  onChange(callback: () => void): Unsubscribe;
  /** The page goes away, perhaps to be reloaded: the last moment to write something down. */
  onHide(callback: () => void): Unsubscribe;
  /** The page came back as it was (from the browser's back-forward cache). */
  onShow(callback: () => void): Unsubscribe;
}

interface Target {
  addEventListener(name: string, callback: () => void): void;
  removeEventListener(name: string, callback: () => void): void;
}

const here: Target | undefined = 'addEventListener' in globalThis ? globalThis : undefined;

function listen(name: string, callback: () => void, target = here): Unsubscribe {
  target?.addEventListener(name, callback);
  return () => {
    target?.removeEventListener(name, callback);
  };
}

/** https://wicg.github.io/netinfo/; not in every browser. */
const network = (): Target | undefined =>
  (globalThis.navigator as (Navigator & {readonly connection?: Target}) | undefined)?.connection;

/** A browser's window; in Node nothing is ever announced, and the back-off alone decides. */
export const ownSurroundings: Surroundings = {
  onOnline: (callback) => listen('online', callback),
  onChange: (callback) => {
    const connection = network();
    const unsubscribe = [
      listen('online', callback),
      listen('offline', callback),
      ...(connection === undefined ? [] : [listen('change', callback, connection)]),
    ];
    return () => {
      for (const each of unsubscribe) each();
    };
  },
  onHide: (callback) => listen('pagehide', callback),
  onShow: (callback) => listen('pageshow', callback),
};
