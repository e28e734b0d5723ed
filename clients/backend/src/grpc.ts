import {credentials, type ChannelCredentials} from '@grpc/grpc-js';
import type {BackendOptions} from './call-options.js';
import {GrpcTransport} from './grpc-transport.js';
import {headerSafe} from './key.js';
import {backendOver, type Backend} from './verbs-of.js';

export interface GrpcBackendOptions extends BackendOptions {
  /** `grpc://host:port`, or `grpcs://host:port` for TLS. A name with several addresses is used in turn. */
  readonly url: string;
  /** Instead of those of the scheme: a CA of one's own, or a certificate for mTLS. */
  readonly credentials?: ChannelCredentials;
}

/**
 * The same as `createBackend` of `@parley/backend`, over gRPC.
 *
 * @throws {TypeError} if the URL is not one of these, or the key cannot be sent
 */
export function createBackend({url, credentials: own, ...options}: GrpcBackendOptions): Backend {
  const {protocol, host, pathname} = new URL(url);
  if ((protocol !== 'grpc:' && protocol !== 'grpcs:') || host === '' || (pathname !== '' && pathname !== '/')) {
    throw new TypeError(`${url} is neither grpc://host:port nor grpcs://host:port.`);
  }
  const secure = own ?? (protocol === 'grpcs:' ? credentials.createSsl() : credentials.createInsecure());
  return backendOver(new GrpcTransport(`dns:///${host}`, secure, headerSafe(options.key)), options);
}
