import type {Clock} from '@parley/signaling';
import type {OperationsConfig} from '../config/config.js';
import {ConfiguredKeys} from './access/configured-keys.js';
import {Gate} from './access/gate.js';
import {grpcCredentials} from './grpc/credentials.js';
import {createGrpcServer, type GrpcServer, type GrpcServerOptions} from './grpc/grpc-server.js';
import {createOpsServer, type OpsServerOptions} from './ops-server.js';
import type {House} from './verbs/house.js';

export interface DoorsOptions extends Omit<OpsServerOptions, 'host' | 'port' | 'gate' | keyof House> {
  readonly operations: OperationsConfig;
  readonly house: House;
  readonly clock: Clock;
}

/** Every way in for backends: one gate, and behind it the same verbs. */
export interface Doors extends AsyncDisposable {
  /** `http://host:port` */
  readonly opsUrl: string;
  /** `host:port`; undefined if there is no gRPC port. */
  readonly grpcAddress: string | undefined;
  /** Health over gRPC says NOT_SERVING from now on. */
  drain(): void;
}

/** @throws {ConfigError} if a port cannot be had, or a certificate cannot be read */
export async function openDoors({operations, house, ...shared}: DoorsOptions): Promise<Doors> {
  const {host, port, apiKeys, requestsPerSecond} = operations;
  const configured = new ConfiguredKeys(apiKeys, requestsPerSecond);
  const keys = {identify: (presented: string) => Promise.resolve(configured.identify(presented))};
  const gate = new Gate({keys, requestsPerSecond, clock: shared.clock});
  const ops = await createOpsServer({...shared, ...house, host, port, gate});
  let grpc: GrpcServer | undefined;
  try {
    grpc = await openGrpc(operations, {...shared, host, gate, house, messageBytes: shared.bodyBytes});
  } catch (failure) {
    await ops.close();
    throw failure;
  }
  return {
    opsUrl: ops.url,
    grpcAddress: grpc?.address,
    drain: () => grpc?.drain(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ops.close(), grpc?.close()]);
    },
  };
}

type GrpcParts = Omit<GrpcServerOptions, 'port' | 'credentials' | 'observer'> & Pick<DoorsOptions, 'metrics'>;

async function openGrpc({grpc}: OperationsConfig, {metrics, ...parts}: GrpcParts): Promise<GrpcServer | undefined> {
  if (grpc === undefined) return undefined;
  const credentials = grpcCredentials(grpc);
  return createGrpcServer({...parts, port: grpc.port, credentials, observer: metrics.grpc});
}
