import {once} from 'node:events';
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

/** `PushService/PushMany`: one stream. */
export function grpcStreamDoor({grpc, key}: DoorAddresses): PushDoor {
  const client = new Client(grpc, credentials.createInsecure());
  const {path, requestSerialize, responseDeserialize} = methodOf('PushMany');
  let settle: ((error: ServiceError | null, report?: {refused?: number}) => void) | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    settle = (error, report) => {
      if (error !== null) reject(error);
      else if ((report?.refused ?? 0) > 0) reject(new Error(`Of a stream were refused: ${JSON.stringify(report)}`));
      else resolve();
    };
  });
  ended.catch(() => undefined);
  let full: Promise<void> | undefined;
  const stream = client.makeClientStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    metadata(key),
    (error, report) => settle?.(error, report),
  );
  return {
    together: 1,
    atOnce: 1,
    send: async ([item]) => {
      if (item === undefined) throw new Error('nothing to push');
      if (stream.write(messageOf(item))) return;
      full ??= Promise.race([once(stream, 'drain'), ended]).then(() => {
        full = undefined;
      });
      await full;
    },
    finish: () => {
      stream.end();
      return ended;
    },
    close: () => {
      client.close();
    },
  };
}
