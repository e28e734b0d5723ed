import {fileURLToPath} from 'node:url';
import {Client, credentials, Metadata, type ServiceError} from '@grpc/grpc-js';
import {loadSync, type MethodDefinition} from '@grpc/proto-loader';
import {topic, type DoorAddresses, type PushDoor, type PushItem} from './push-door.js';

const folder = fileURLToPath(new URL('../../../server/proto', import.meta.url));

function methodOf(name: 'Push' | 'PushMany'): MethodDefinition<object, object> {
  const service = loadSync('parley/v1/push.proto', {includeDirs: [folder], longs: Number})['parley.v1.PushService'];
  const method = service === undefined || 'format' in service ? undefined : service[name];
  if (method === undefined) throw new Error(`The .proto files have no ${name}.`);
  return method;
}

const messageOf = ({user, at}: PushItem): object => ({target: {user}, topic, dataJson: String(at)});

function metadata(key: string): Metadata {
  const made = new Metadata();
  made.set('authorization', `Bearer ${key}`);
  return made;
}

/** `PushService/Push`, many at a time on one connection. */
export function grpcDoor({grpc, key}: DoorAddresses): PushDoor {
  const client = new Client(grpc, credentials.createInsecure());
  const {path, requestSerialize, responseDeserialize} = methodOf('Push');
  const sent = metadata(key);
  return {
    together: 1,
    gatherMs: 1,
    atOnce: 64,
    send: ([item]) =>
      new Promise((resolve, reject) => {
        if (item === undefined) throw new Error('nothing to push');
        const told = (error: ServiceError | null): void => {
          if (error === null) resolve();
          else reject(error);
        };
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, messageOf(item), sent, told);
      }),
    finish: () => Promise.resolve(),
    close: () => {
      client.close();
    },
  };
}

/** Pushes of one stream when it is driven as fast as it goes. */
const perStream = 1_000;

/**
 * `PushService/PushMany`. As many pushes as a stream has when it is driven are a stream of their own, whose report is
 * waited for: flow control alone lets a writer be far ahead. What comes by and by goes over one that stays open.
 */
export function grpcStreamDoor({grpc, key}: DoorAddresses): PushDoor {
  const client = new Client(grpc, credentials.createInsecure());
  const sent = metadata(key);
  let lasting: PushStream | undefined;
  return {
    together: perStream,
    gatherMs: 1,
    atOnce: 2,
    send: async (items) => {
      const isWhole = items.length === perStream;
      const stream = isWhole ? openStream(client, sent) : (lasting ??= openStream(client, sent));
      for (const item of items) stream.write(item);
      if (isWhole) await stream.end();
    },
    finish: async () => {
      await lasting?.end();
    },
    close: () => {
      client.close();
    },
  };
}

interface PushStream {
  write(item: PushItem): void;
  /** Resolves with the report that all were done; rejects if one was refused. */
  end(): Promise<void>;
}

const pushMany = methodOf('PushMany');

function openStream(client: Client, sent: Metadata): PushStream {
  const {path, requestSerialize, responseDeserialize} = pushMany;
  let settle: ((error: ServiceError | null, report?: {refused?: number}) => void) | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    settle = (error, report) => {
      if (error !== null) reject(error);
      else if ((report?.refused ?? 0) > 0) reject(new Error(`Of a stream were refused: ${JSON.stringify(report)}`));
      else resolve();
    };
  });
  // Whoever ends it hears of it.
  ended.catch(() => undefined);
  const told = (error: ServiceError | null, report?: {refused?: number}): void => settle?.(error, report);
  const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, sent, told);
  return {
    write: (item) => {
      call.write(messageOf(item));
    },
    end: () => {
      call.end();
      return ended;
    },
  };
}
