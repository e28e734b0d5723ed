import {randomUUID} from 'node:crypto';
import {Client, credentials, Metadata, status, type ServiceError} from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import {fileURLToPath} from 'node:url';
import {errorCatalogue} from '@parley/protocol';
import {grpcVerbs} from '../../src/api/grpc/grpc-verbs.js';
import {protoFiles} from '../../src/api/grpc/protos.js';
import {httpVerbs, type HttpVerb} from '../../src/api/http-verbs.js';
import type {SeededRandom} from '../chaos/seeded-random.js';
import type {TestNode} from '../start-node.js';
import {fitting, shapeOf, type Shape} from './from-schema.js';
import {hostileJson, nearly} from './hostile-values.js';

/** What became of one request: `ok`, or the code of a refusal; or what should not have happened. */
export type ApiOutcome =
  {readonly verb: string; readonly code: string} | {readonly verb: string; readonly violation: string};

/** Somebody with a good key who says over one door whatever can be said. */
export interface ApiIntruder extends Disposable {
  act(random: SeededRandom): Promise<ApiOutcome>;
}

type Fields = Record<string, unknown>;

export const isCode = (code: unknown): code is string =>
  typeof code === 'string' && Object.hasOwn(errorCatalogue, code);

/** The fields of a verb, often with something wrong among them. */
export function fieldsOf(shape: Shape, random: SeededRandom): Fields {
  const good = fitting(shape, random);
  const given = random.chance(0.5) ? good : nearly(good, random);
  return typeof given === 'object' && given !== null ? {...given} : {};
}

const httpShapes = httpVerbs.map((door) => ({
  door,
  names: shapeOf(door.verb.names),
  input: shapeOf(door.verb.input),
}));

/** Over HTTP: paths, queries and bodies of every verb. */
export function httpIntruder({opsUrl, apiKey}: Pick<TestNode, 'opsUrl' | 'apiKey'>): ApiIntruder {
  const judge = async ({verb}: HttpVerb, answer: Response): Promise<ApiOutcome> => {
    const text = await answer.text();
    const {name} = verb;
    if (answer.ok) {
      const output: unknown = text === '' ? null : JSON.parse(text);
      const {success} = verb.output.safeParse(output);
      return success
        ? {verb: name, code: 'ok'}
        : {verb: name, violation: `answered what it does not describe: ${text}`};
    }
    const {code} = (
      answer.headers.get('content-type')?.startsWith('application/problem+json') ? JSON.parse(text) : {}
    ) as {
      code?: string;
    };
    if (!isCode(code)) return {verb: name, violation: `${answer.status} without a code: ${text.slice(0, 300)}`};
    return code === 'internal' ? {verb: name, violation: `a defect: ${text}`} : {verb: name, code};
  };
  return {
    act: async (random) => {
      const {door, names, input} = random.pick(httpShapes);
      const {method, path} = door;
      const about = fieldsOf(names, random);
      const where = path.replace(
        /:(\w+)/g,
        (_whole, field: string) => encodeURIComponent(asText(about[field])) || '%20',
      );
      const hasQuery = method === 'GET' || method === 'DELETE';
      const fields = fieldsOf(input, random);
      const query = hasQuery
        ? `?${new URLSearchParams(Object.entries(fields).map(([key, one]) => [key, asText(one)])).toString()}`
        : '';
      const body = hasQuery ? undefined : bodyOf(fields, random);
      const type = random.chance(0.02) ? random.pick(['text/plain', 'application/xml', '']) : 'application/json';
      const headers = {
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && type !== '' && {'content-type': type}),
        ...(random.chance(0.1) && {'idempotency-key': random.pick(['k1', 'k2', '{}', 'x'.repeat(100)])}),
        ...(random.chance(0.1) && {'x-request-id': random.pick(['a', 'x'.repeat(300), '{"a":1}'])}),
      };
      const answer = await fetch(`${opsUrl}/v1${where}${query}`, {method, headers, ...(body !== undefined && {body})});
      return judge(door, answer);
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** As JSON, or what is none; up to 2 MB unless told otherwise. */
export function bodyOf(fields: Fields, random: SeededRandom, mostBytes = 2_000_000): string {
  const good = JSON.stringify(fields);
  return random.weighted<() => string>([
    [90, () => good],
    [6, () => hostileJson(random)],
    [3, () => good.slice(0, random.between(0, good.length))],
    [1, () => JSON.stringify({...fields, data: 'x'.repeat(mostBytes)})],
  ])();
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? Buffer.from(value).toString() : JSON.stringify(value ?? '');

const protos = new protobuf.Root();
protos.resolvePath = (_origin, target) => fileURLToPath(new URL(`../../proto/${target}`, import.meta.url));
protos.loadSync([...protoFiles]);

/** Over gRPC: messages of every method as clients make them, with bytes that are wrong, given up halfway, or left open. */
export function grpcIntruder({app, apiKey}: Pick<TestNode, 'app' | 'apiKey'>): ApiIntruder {
  const client = new Client(app.grpcAddress ?? '', credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${apiKey}`);
  metadata.set('x-request-id', randomUUID());
  const bare = (bytes: Buffer): Buffer => bytes;
  const outcomeOf = (verb: string, error: ServiceError | null): ApiOutcome => {
    if (error === null) return {verb, code: 'ok'};
    const [code] = error.metadata.get('parley-code');
    if (code === 'internal') return {verb, violation: `a defect: ${error.message}`};
    if (isCode(code)) return {verb, code};
    // Below the door: given up, too late, or larger than is read at all.
    const below = [status.CANCELLED, status.DEADLINE_EXCEEDED, status.RESOURCE_EXHAUSTED].includes(error.code);
    return below
      ? {verb, code: status[error.code]}
      : {verb, violation: `${error.code} without a code: ${error.message}`};
  };
  return {
    act: (random) => {
      const {verb, service, method} = random.pick(grpcVerbs);
      const many = service === 'PushService' && random.chance(0.2);
      const name = many ? 'PushMany' : method;
      const type = protos.lookupService(`parley.v1.${service}`).methods[method];
      const request = protos.lookupType(`parley.v1.${type?.requestType ?? ''}`);
      const message = messageOf(request, random, 0);
      const bytes = warped(Buffer.from(request.encode(message).finish()), random);
      const path = `/parley.v1.${service}/${name}`;
      const options = random.chance(0.02) ? {deadline: Date.now() + random.between(0, 20)} : {};
      return new Promise((resolve) => {
        const told = (error: ServiceError | null): void => {
          resolve(outcomeOf(many ? 'PushMany' : verb.name, error));
        };
        if (many) {
          const stream = client.makeClientStreamRequest(path, bare, bare, metadata, options, told);
          stream.write(bytes);
          if (random.chance(0.7)) stream.end();
          else stream.cancel();
        } else {
          const call = client.makeUnaryRequest(path, bare, bare, bytes, metadata, options, told);
          if (random.chance(0.02)) call.cancel();
        }
      });
    },
    [Symbol.dispose]: () => {
      client.close();
    },
  };
}

const words = [
  'r0',
  'r1',
  'ana',
  'staff',
  'owner',
  'chat',
  '',
  ' ',
  '{braces}',
  '__proto__',
  '{"a":[1]}',
  '[',
  'x'.repeat(5_000),
];

/** A message whose fields have the types that they must, and any values. */
function messageOf(type: protobuf.Type, random: SeededRandom, depth: number): protobuf.Message {
  const fields: Fields = {};
  for (const field of type.fieldsArray) {
    field.resolve();
    if (random.chance(depth > 3 ? 0.9 : 0.4)) continue;
    const one = (): unknown => valueOf(field, random, depth);
    fields[field.name] = field.repeated ? Array.from({length: random.between(0, 3)}, one) : one();
  }
  return type.create(fields);
}

function valueOf({resolvedType, type}: protobuf.Field, random: SeededRandom, depth: number): unknown {
  if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, random, depth + 1);
  if (resolvedType instanceof protobuf.Enum) return random.between(-1, 9);
  if (type === 'bool') return random.chance(0.5);
  if (type === 'string') return random.pick(words);
  return random.pick([0, 1, 7, 2_147_483_647, -1]);
}

function warped(bytes: Buffer, random: SeededRandom): Buffer {
  if (random.chance(0.75)) return bytes;
  return random.weighted<() => Buffer>([
    [4, () => bytes.subarray(0, random.between(0, bytes.length))],
    [4, () => Buffer.from(bytes.map((byte) => (random.chance(0.05) ? byte ^ (1 << random.between(0, 7)) : byte)))],
    [2, () => Buffer.from(Array.from({length: random.between(0, 100)}, () => random.between(0, 255)))],
    [1, () => Buffer.concat([bytes, Buffer.alloc(3_000_000, 0x7a)])],
  ])();
}
