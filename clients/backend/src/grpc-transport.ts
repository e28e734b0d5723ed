import {Client, Metadata, status, type ChannelCredentials, type ServiceError} from '@grpc/grpc-js';
import type {ErrorCode} from '@parley/protocol';
import type {WatchNews, WatchRequest} from './generated/verbs.js';
import {methodOf, type Method} from './messages.js';
import type {Fields, Place} from './place.js';
import {isCode, RequestError} from './request-error.js';
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
    const metadata = this.#metadata(requestId);
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

  async *watch(request: WatchRequest, {requestId, signal}: Attempt): AsyncGenerator<WatchNews, void, undefined> {
    const {path, encode, decode} = watchMethod();
    const message = encode({...request});
    signal.throwIfAborted();
    const metadata = this.#metadata(requestId);
    const call = this.#client.makeServerStreamRequest(path, (bytes: Buffer) => bytes, decode, message, metadata);
    const abort = (): void => {
      call.cancel();
    };
    signal.addEventListener('abort', abort, {once: true});
    try {
      for await (const news of call as AsyncIterable<Fields>) yield newsOf(news);
    } catch (thrown) {
      throw signal.aborted ? signal.reason : refusalOf(thrown as ServiceError);
    } finally {
      signal.removeEventListener('abort', abort);
      call.cancel();
    }
  }

  close(): void {
    this.#client.close();
  }

  #metadata(requestId: string): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.#key}`);
    metadata.set('x-request-id', requestId);
    return metadata;
  }
}

const watchMethod = (): Method => methodOf('WatchService', 'Watch');

/** Lists that a kind of news has not are empty on the wire. */
function newsOf({devices, rooms, ...news}: Fields): WatchNews {
  const {event} = news;
  return {
    ...news,
    ...(event === 'presence' && {devices}),
    ...((event === 'presence' || event === 'session') && {rooms}),
    // Told by a node, whose schema the type is made from.
  } as unknown as WatchNews;
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
