import {Server, type ServerCredentials, type UntypedServiceImplementation} from '@grpc/grpc-js';
import {ReflectionService} from '@grpc/reflection';
import {HealthImplementation} from 'grpc-health-check';
import {ConfigError} from '../../config/config-error.js';
import {WatchDesk} from '../watch/watch-desk.js';
import {tolerant} from './decoding.js';
import {Door, type DoorOptions} from './door.js';
import {grpcVerbs} from './grpc-verbs.js';
import {describedProtos, serviceOf} from './protos.js';
import {pushMany} from './push-many.js';
import {unary} from './unary.js';
import {watchStream} from './watch-stream.js';

export interface GrpcServerOptions extends DoorOptions {
  readonly host: string;
  /** 0: any free one; `address` tells. */
  readonly port: number;
  readonly credentials: ServerCredentials;
  /** Largest message, in either direction. */
  readonly messageBytes: number;
  /** Largest batch. */
  readonly batchBytes: number;
}

/** The door for backends that speak gRPC. */
export interface GrpcServer extends AsyncDisposable {
  /** `host:port` */
  readonly address: string;
  /** Health says NOT_SERVING from now on, and watches end; other calls are still served. */
  drain(): void;
  /** Stops listening, finishes what was begun, for 5 s at most. Idempotent. */
  close(): Promise<void>;
}

const closeGraceMs = 5_000;
/** As long as load balancers keep quiet connections at least. */
const keepaliveMs = 60_000;
const keepaliveAnswerMs = 20_000;
/** Calls under way on one connection. */
const mostStreams = 1_000;

/**
 * Opens the gRPC port: the services of `server/proto`, health (grpc.health.v1) and reflection. Health and reflection need
 * no key.
 *
 * @throws {ConfigError} if the port cannot be had
 */
export async function createGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const {host, credentials, messageBytes, batchBytes, clock} = options;
  const server = new Server({
    'grpc.max_receive_message_length': batchBytes + messageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': mostStreams,
    'grpc.keepalive_time_ms': keepaliveMs,
    'grpc.keepalive_timeout_ms': keepaliveAnswerMs,
  });
  const door = new Door(options);
  const {gate, house} = options;
  const watches = new WatchDesk({backstage: house.backstage, gate, clock});
  const names = [...new Set(grpcVerbs.map(({service}) => service))];
  for (const name of names)
    server.addService(
      tolerant(serviceOf(name), name === 'BatchService' ? batchBytes : messageBytes),
      implementationOf(name, door),
    );
  server.addService(tolerant(serviceOf('WatchService'), messageBytes), {Watch: watchStream(door, watches)});
  const health = new HealthImplementation();
  const setHealth = (status: 'SERVING' | 'NOT_SERVING'): void => {
    for (const service of ['', ...[...names, 'WatchService'].map((name) => `parley.v1.${name}`)])
      health.setStatus(service, status);
  };
  setHealth('SERVING');
  let draining = false;
  const drain = (): void => {
    if (!draining) setHealth('NOT_SERVING');
    draining = true;
    watches.drain();
  };
  health.addToServer(server);
  new ReflectionService(describedProtos()).addToServer(server);

  const port = await bind(server, options);
  const close = async (): Promise<void> => {
    drain();
    const patience = clock.after(closeGraceMs, () => {
      server.forceShutdown();
    });
    await new Promise<void>((resolve) => {
      server.tryShutdown(() => {
        resolve();
      });
    });
    patience.cancel();
  };
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => (closing ??= close());
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    drain,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };

  function bind(to: Server, {port: wanted}: GrpcServerOptions): Promise<number> {
    const target = `${host.includes(':') ? `[${host}]` : host}:${wanted}`;
    return new Promise((resolve, reject) => {
      to.bindAsync(target, credentials, (error, bound) => {
        if (error === null) {
          resolve(bound);
          return;
        }
        reject(
          new ConfigError([
            `Cannot listen on PARLEY_OPS_HOST ${host}, PARLEY_GRPC_PORT ${wanted}: ${error.message}; 0 takes any free port.`,
          ]),
        );
      });
    });
  }
}

function implementationOf(service: string, door: Door): UntypedServiceImplementation {
  const implementation: UntypedServiceImplementation = {};
  for (const verb of grpcVerbs) if (verb.service === service) implementation[verb.method] = unary(door, verb);
  if (service === 'PushService') implementation['PushMany'] = pushMany(door);
  return implementation;
}
