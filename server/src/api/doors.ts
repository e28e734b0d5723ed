import type {Clock} from '@parley/signaling';
import type {OperationsConfig} from '../config/config.js';
import {Gate, type KeyRing} from './access/gate.js';
import {grpcCredentials} from './grpc/credentials.js';
import {createGrpcServer, type GrpcServer, type GrpcServerOptions} from './grpc/grpc-server.js';
import {NatsDoor, type NatsDoorOptions} from './nats/nats-door.js';
import {createOpsServer, type OpsServerOptions} from './ops-server.js';
import type {House} from './verbs/house.js';

export interface DoorsOptions extends Omit<OpsServerOptions, 'host' | 'port' | 'gate' | 'batchBytes' | keyof House> {
  readonly operations: OperationsConfig;
  readonly keys: KeyRing;
  readonly house: House;
  readonly clock: Clock;
}

/** Every way in for backends: one gate, and behind it the same verbs. */
export interface Doors extends AsyncDisposable {
  /** `http://host:port` */
  readonly opsUrl: string;
  /** `host:port`; undefined if there is no gRPC port. */
  readonly grpcAddress: string | undefined;
  /** Health over gRPC says NOT_SERVING from now on, and watches end; nothing more is taken from NATS. */
  drain(): void;
}

/** @throws {ConfigError} if a port cannot be had, or a certificate cannot be read */
export async function openDoors({operations, keys, house, ...shared}: DoorsOptions): Promise<Doors> {
  const {host, port, requestsPerSecond, batch} = operations;
  const gate = new Gate({keys, requestsPerSecond, clock: shared.clock});
  const nats = natsDoor(operations, {...shared, gate, house, batchBytes: batch.bytes});
  const health = {...shared.health, ...(nats && {nats})};
  const ops = await createOpsServer({...shared, ...house, health, host, port, gate, batchBytes: batch.bytes});
  let grpc: GrpcServer | undefined;
  try {
    grpc = await openGrpc(operations, {
      ...shared,
      host,
      gate,
      house,
      messageBytes: shared.bodyBytes,
      batchBytes: batch.bytes,
    });
  } catch (failure) {
    await ops.close();
    throw failure;
  }
  nats?.open();
  return {
    opsUrl: ops.url,
    grpcAddress: grpc?.address,
    drain: () => {
      ops.drain();
      grpc?.drain();
      nats?.drain();
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ops.close(), grpc?.close(), nats?.close()]);
    },
  };
}

type NatsParts = Omit<NatsDoorOptions, 'config' | 'observer' | 'verbs'> & Pick<DoorsOptions, 'metrics'>;

/** Not opened yet; undefined if nothing is taken from NATS. */
function natsDoor({nats: config}: OperationsConfig, {metrics, ...parts}: NatsParts): NatsDoor | undefined {
  if (config === undefined) return undefined;
  const door = new NatsDoor({...parts, config, observer: metrics.nats, verbs: metrics.verbs});
  metrics.show({natsUp: () => door.available});
  return door;
}

type GrpcParts = Omit<GrpcServerOptions, 'port' | 'credentials' | 'observer' | 'verbs'> & Pick<DoorsOptions, 'metrics'>;

async function openGrpc({grpc}: OperationsConfig, {metrics, ...parts}: GrpcParts): Promise<GrpcServer | undefined> {
  if (grpc === undefined) return undefined;
  const credentials = grpcCredentials(grpc);
  return createGrpcServer({...parts, port: grpc.port, credentials, observer: metrics.grpc, verbs: metrics.verbs});
}
