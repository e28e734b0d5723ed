import {readFileSync} from 'node:fs';
import {credsAuthenticator, type NodeConnectionOptions} from '@nats-io/transport-node';
import {ConfigError} from '../../config/config-error.js';
import type {NatsConfig, NatsCredentials, NatsTls} from '../../config/nats-config.js';

/** For one server to let the node in. */
const connectWithinMs = 5_000;
/** Between attempts, and as much again at random, so that the nodes of a cluster do not come all at once. */
const againAfterMs = 500;
/** A connection that is silent for two of these is given up. */
const pingMs = 15_000;

/**
 * How NATS is spoken to. Once connected, the library looks for a server for ever, whatever the reason that it lost one.
 *
 * @throws {ConfigError} if a file cannot be read
 */
export function natsOptions({servers, credentials, tls}: NatsConfig, name: string): NodeConnectionOptions {
  return {
    servers: [...servers],
    name,
    timeout: connectWithinMs,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: againAfterMs,
    reconnectJitter: againAfterMs,
    reconnectJitterTLS: againAfterMs,
    pingInterval: pingMs,
    noAsyncTraces: true,
    ...(tls !== undefined && {tls: certificates(tls)}),
    ...(credentials !== undefined && proofOf(credentials)),
  };
}

/** The files are read once: a certificate that is renewed is shown after a restart. */
function certificates({caFile, client}: NatsTls): NonNullable<NodeConnectionOptions['tls']> {
  return {
    ...(caFile !== undefined && {ca: read('PARLEY_NATS_TLS_CA', caFile).toString('utf8')}),
    ...(client !== undefined && {
      cert: read('PARLEY_NATS_TLS_CERT', client.certFile).toString('utf8'),
      key: read('PARLEY_NATS_TLS_KEY', client.keyFile).toString('utf8'),
    }),
  };
}

function proofOf(
  credentials: NatsCredentials,
): Pick<NodeConnectionOptions, 'authenticator' | 'user' | 'pass' | 'token'> {
  switch (credentials.kind) {
    case 'password':
      return {user: credentials.user, pass: credentials.password};
    case 'token':
      return {token: credentials.token};
    case 'file':
      return {authenticator: credsAuthenticator(read('PARLEY_NATS_CREDS', credentials.file))};
  }
}

function read(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new ConfigError([
      `${variable} names the file ${file}, which cannot be read; correct the path or its permissions.`,
    ]);
  }
}
