import type {BackendOptions} from './call-options.js';
import {HttpTransport} from './http-transport.js';
import {headerSafe} from './key.js';
import {backendOver, type Backend} from './verbs-of.js';

export type {Verbs} from './generated/verbs.js';
export type {BackendOptions, CallOptions} from './call-options.js';
export {pages} from './pages.js';
export {RequestError} from './request-error.js';
export type {Backend} from './verbs-of.js';
export type {WatchOptions} from './watching.js';
export {ParleyError, type ErrorCode} from '@parley/protocol';

export interface HttpBackendOptions extends BackendOptions {
  /** Of the operations port, without `/v1`: `http://127.0.0.1:7401`. */
  readonly url: string;
}

/**
 * The operations API over HTTP. Nothing is connected until the first request.
 *
 * ```ts
 * const parley = createBackend({url: 'http://127.0.0.1:7401', key: 'dev-key'});
 * const {reached} = await parley.push.send({target: {user: 'ana'}, topic: 'order.shipped', data: {order: 42}});
 * ```
 *
 * Every method rejects with a RequestError, or with the reason of the caller's own signal.
 *
 * @throws {TypeError} if the URL is no URL of HTTP, or the key cannot be sent in a header
 */
export function createBackend({url, ...options}: HttpBackendOptions): Backend {
  const {protocol, username, search, hash, href} = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`${url} is no URL of HTTP.`);
  if (username !== '' || search !== '' || hash !== '') {
    throw new TypeError('The URL has a user, a query or a fragment: only where the operations port is belongs there.');
  }
  return backendOver(new HttpTransport(href.replace(/\/+$/, ''), headerSafe(options.key)), options);
}
