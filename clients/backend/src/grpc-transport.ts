import {Client, Metadata, status, type ChannelCredentials, type ServiceError} from '@grpc/grpc-js';
import type {ErrorCode} from '@parley/protocol';
import {isCode} from './http-transport.js';
import {methodOf} from './messages.js';
import type {Fields, Place} from './place.js';
import {RequestError} from './request-error.js';
import type {Attempt, Transport} from './transport.js';

/** What stands for a status that is not a node's own. */
const codesOfStatuses: Readonly<Partial<Record<status, ErrorCode>>> = {
  [status.UNAVAILABLE]: 'unavailable',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.RESOURCE_EXHAUSTED]: 'too_large',
  [status.UNIMPLEMENTED]: 'unknown_request',
  [status.UNAUTHENTICATED]: 'bad_api_key',
  [status.PERMISSION_DENIED]: 'forbidden',
};

/** The operations API over one gRPC channel. */
export class GrpcTransport implements Transport {
  readonly #client: Client;
  readonly #key: string;

  constructor(target: string, secure: ChannelCredentials, key: string) {
    this.#client = new Client(target, secure, {
      'grpc.enable_retries': 0,
      'grpc.service_config': JSON.stringify({loadBalancingConfig: [{round_robin: {}}]}),
      'grpc.max_receive_message_length': -1,
      'grpc.keepalive_time_ms': 60_000,
    });
    this.#key = key;
  }

  async ask({service, rpc, empty}: Place, request: Fields, {requestId, signal}: Attempt): Promise<unknown> {
    const method = methodOf(service, rpc);
    const message = method.encode(request);
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.#key}`);
    metadata.set('x-request-id', requestId);
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        (bytes: Buffer) => bytes,
        method.decode,
        message,
        metadata,
        (error, answer) => {
          signal.removeEventListener('abort', abort);
          if (signal.aborted) reject(signal.reason as Error);
          else if (error !== null) reject(refusalOf(error));
          else resolve(empty ? undefined : answer);
        },
      );
      const abort = (): void => {
        call.cancel();
      };
      signal.addEventListener('abort', abort, {once: true});
    });
  }

  close(): void {
    this.#client.close();
  }
}

function refusalOf(error: ServiceError): RequestError {
  const told = (name: string): string | undefined => {
    const [value] = error.metadata.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const code = told('parley-code');
  const own = isCode(code);
  const retryAfterMs = Number(told('parley-retry-after-ms') ?? 'none');
  return new RequestError(own ? code : (codesOfStatuses[error.code] ?? 'internal'), {
    message: error.details,
    field: told('parley-field'),
    retryAfterMs: Number.isFinite(retryAfterMs) ? retryAfterMs : undefined,
    unanswered: !own,
    cause: error,
  });
}
