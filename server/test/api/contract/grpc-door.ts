import {fileURLToPath} from 'node:url';
import {
  Client,
  credentials,
  Metadata,
  status,
  type ChannelCredentials,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import {loadSync} from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import {grpcVerbs} from '../../../src/api/grpc/grpc-verbs.js';
import {readDetails} from './read-details.js';
import type {Fields, TestDoor, Told} from './door.js';

/** As a client of another language reads it: what is not on the wire has its default. */
const protos = loadSync(
  ['push', 'batch', 'rooms', 'groups', 'calls', 'sessions', 'presence', 'webhooks', 'watch', 'info'].map(
    (name) => `parley/v1/${name}.proto`,
  ),
  {
    includeDirs: [fileURLToPath(new URL('../../../proto', import.meta.url))],
    longs: Number,
    defaults: true,
    arrays: true,
    oneofs: false,
  },
);

export interface GrpcClient extends AsyncDisposable {
  readonly client: Client;
  method(service: string, name: string): MethodDefinition<object, object>;
}

export function grpcClient(address: string, secure: ChannelCredentials = credentials.createInsecure()): GrpcClient {
  const client = new Client(address, secure);
  return {
    client,
    method: (service, name) => {
      const found = protos[`parley.v1.${service}`];
      const method = found === undefined || 'format' in found ? undefined : found[name];
      if (method === undefined) throw new Error(`There is no ${service}/${name}`);
      return method;
    },
    [Symbol.asyncDispose]: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

export function withKey(key: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return metadata;
}

/** Over gRPC, as the table of methods says. */
export function grpcDoor(address: string, usualKey: string): TestDoor {
  const {client, method, [Symbol.asyncDispose]: close} = grpcClient(address);
  return {
    name: 'gRPC',
    ask: (name, fields, key = usualKey, padding = 0) => {
      const at = grpcVerbs.find(({verb}) => verb.name === name);
      if (at === undefined) throw new Error(`gRPC has no ${name}`);
      const {path, requestSerialize, responseDeserialize} = method(at.service, at.method);
      return new Promise<Told>((resolve) => {
        client.makeUnaryRequest(
          path,
          (message: object) => Buffer.concat([requestSerialize(message), unknownField(padding)]),
          responseDeserialize,
          toRequest(fields),
          withKey(key),
          (error: ServiceError | null, answer?: object) => {
            resolve(error === null ? {ok: fromAnswer(answer ?? {})} : readDetails(error));
          },
        );
      });
    },
    watch: (fields, key = usualKey) => {
      const {path, requestSerialize, responseDeserialize} = method('WatchService', 'Watch');
      const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, fields, withKey(key));
      const told: Fields[] = [];
      stream.on('data', (news: Fields) => {
        told.push(fromNews(news));
      });
      const over = new Promise<Told | undefined>((resolve) => {
        stream.on('end', () => {
          resolve(undefined);
        });
        stream.on('error', (error: ServiceError) => {
          resolve(error.code === status.CANCELLED ? undefined : readDetails(error));
        });
      });
      return {
        told,
        over,
        close: () => {
          stream.cancel();
        },
      };
    },
    [Symbol.asyncDispose]: close,
  };
}

/** A field that no message has, whose text has so many bytes. */
function unknownField(bytes: number): Buffer {
  if (bytes === 0) return Buffer.alloc(0);
  const {Writer} = protobuf;
  return Buffer.from(
    Writer.create()
      .uint32((15_000 << 3) | 2)
      .string('x'.repeat(bytes))
      .finish(),
  );
}

/** The words of the other doors, in those of the messages. */
function toRequest({data, limits, items, ...fields}: Fields): object {
  const all = Object.entries(fields).find(([, value]) => value === 'all');
  const reset = Object.entries(limits ?? {}).flatMap(([name, value]) => (value === null ? [name] : []));
  return {
    ...fields,
    ...(all !== undefined && {[all[0]]: undefined, all: true}),
    ...(Array.isArray(items) && {items: items.map(toItem)}),
    ...(data !== undefined && {dataJson: JSON.stringify(data)}),
    ...(limits !== undefined && {limits: {...limits, reset}}),
  };
}

const toItem = (item: unknown): object =>
  Object.fromEntries(Object.entries(item ?? {}).map(([name, fields]) => [name, toRequest(fields as Fields)]));

/** Lists that a kind of news has not are empty on the wire. */
function fromNews({devices, rooms, ...news}: Fields): Fields {
  const {event} = news;
  return {
    ...(fromAnswer(news) as Fields),
    ...(event === 'presence' && {devices}),
    ...((event === 'presence' || event === 'session') && {rooms}),
  };
}

function fromAnswer(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(fromAnswer);
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) =>
      name.endsWith('Json') ? [name.slice(0, -4), JSON.parse(String(value))] : [name, fromAnswer(value)],
    ),
  );
}
