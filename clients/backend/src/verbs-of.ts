import {ParleyError} from '@parley/protocol';
import type {BackendOptions, CallOptions} from './call-options.js';
import {places} from './generated/places.js';
import type {Verbs, WatchNews, WatchRequest} from './generated/verbs.js';
import {persist} from './persistence.js';
import {isFields, type Fields} from './place.js';
import type {Transport} from './transport.js';
import {watchBy, type WatchOptions} from './watching.js';

/** What a backend talks to. `close` lets connections go; requests under way are not waited for. */
export interface Backend extends Verbs, Disposable {
  /**
   * Who is where, as it changes, for as long as it is read: first the state, between `snapshot` and `ready`, then each change.
   * It outlives connections and nodes: it goes on where it was or tells the state anew.
   */
  watch(request?: WatchRequest, options?: WatchOptions): AsyncIterable<WatchNews>;
  close(): void;
}

interface Branch {
  [part: string]: Branch | ((request?: Fields, options?: CallOptions) => Promise<unknown>);
}

/** Every verb as a method, by way of a transport. */
export function backendOver(transport: Transport, options: BackendOptions): Backend {
  const root: Branch = {};
  for (const [verb, place] of Object.entries(places)) {
    const parts = verb.split('.');
    const last = parts.pop() ?? verb;
    let at = root;
    for (const part of parts) {
      const next = (at[part] ??= {});
      if (typeof next === 'function') throw new Error(`${part} is a verb itself.`);
      at = next;
    }
    at[last] = (request = {}, own = {}) =>
      isFields(request)
        ? persist(transport, verb, place, request, own, options)
        : Promise.reject(new ParleyError('invalid_payload', {message: 'The request has to be an object.'}));
  }
  const close = (): void => {
    transport.close();
  };
  // What `Verbs` says and where `places` says it is are generated from the same verbs.
  return Object.assign(root as unknown as Verbs, {
    watch: (request: WatchRequest = {}, own: WatchOptions = {}) => watchBy(transport, request, own),
    close,
    [Symbol.dispose]: close,
  });
}
