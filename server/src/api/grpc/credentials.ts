import {readFileSync} from 'node:fs';
import {ServerCredentials} from '@grpc/grpc-js';
import type {GrpcConfig} from '../../config/config.js';
import {ConfigError} from '../../config/config-error.js';

/**
 * How clients of the gRPC port are spoken to: in the clear, by TLS, or by TLS with certificates of their own (mTLS).
 *
 * @throws {ConfigError} if a file cannot be read, or is not what it should be
 */
export function grpcCredentials({tls}: Pick<GrpcConfig, 'tls'>): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const cert_chain = read('PARLEY_GRPC_TLS_CERT', tls.certFile);
  const private_key = read('PARLEY_GRPC_TLS_KEY', tls.keyFile);
  const ca = tls.clientCaFile === undefined ? null : read('PARLEY_GRPC_TLS_CLIENT_CA', tls.clientCaFile);
  return ServerCredentials.createSsl(ca, [{cert_chain, private_key}], ca !== null);
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
