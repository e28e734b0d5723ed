import {readFileSync} from 'node:fs';
import {credsAuthenticator, type NodeConnectionOptions} from '@nats-io/transport-node';
import {ConfigError} from '../../config/config-error.js';
import type {NatsConfig, NatsCredentials} from '../../config/nats-config.js';

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
  const ca = tls?.caFile === undefined ? undefined : read('PARLEY_NATS_TLS_CA', tls.caFile).toString('utf8');
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
    ...(tls !== undefined && {tls: ca === undefined ? {} : {ca}}),
    ...(credentials !== undefined && proofOf(credentials)),
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
