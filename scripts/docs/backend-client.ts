import {join} from 'node:path';
import {grpcVerbs, httpVerbs, protoFiles, watch, type HttpVerb} from '@parley/server';
import {compile} from 'json-schema-to-typescript';
import {format, resolveConfig} from 'prettier';
import protobuf from 'protobufjs';
import {z} from 'zod';

const notice = '// Generated from the verbs of the server by `npm run docs`.\n';

type Json = Readonly<Record<string, unknown>>;

/** Names that only help a reader of the schema become names of types, and what may be anything becomes an open object. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (typeof schema !== 'object' || schema === null) return schema;
  const {title: _title, $schema: _dialect, ...rest} = schema as Json;
  const restricts = Object.keys(rest).some((key) => key !== 'description' && key !== 'default' && key !== 'examples');
  if (!restricts) return {...rest, tsType: 'unknown'};
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === 'properties' ? mapValues(value as Json, plain) : keywords.has(key) ? plain(value) : value,
    ]),
  );
}

/** Of JSON Schema: those with schemas in them. */
const keywords: ReadonlySet<string> = new Set(['items', 'anyOf', 'oneOf', 'allOf', 'additionalProperties']);

const mapValues = (record: Json, map: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

const shape = (schema: z.ZodType, io: 'input' | 'output'): Json =>
  plain(z.toJSONSchema(schema, {io, unrepresentable: 'any', target: 'draft-7'})) as Json;

/** The fields of a verb as one object, wherever a door puts them. */
function requestOf({verb}: HttpVerb): Json {
  const names = shape(verb.names, 'input');
  const input = shape(verb.input, 'input');
  const body = input['type'] === 'object' ? input : undefined;
  if (body === undefined && input['anyOf'] !== undefined) return {allOf: [names, input]};
  return {
    type: 'object',
    properties: {...(names['properties'] as Json), ...(body?.['properties'] as Json | undefined)},
    required: [
      ...((names['required'] as string[] | undefined) ?? []),
      ...((body?.['required'] as string[] | undefined) ?? []),
    ],
    additionalProperties: false,
  };
}

const pascal = (name: string): string =>
  name
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** One declaration for each shape: what two verbs share is declared once, and named again. */
class Declarations {
  readonly texts: string[] = [];
  readonly #known = new Map<string, string>();

  async add(schema: Json, name: string): Promise<string> {
    const fingerprint = JSON.stringify(schema);
    const known = this.#known.get(fingerprint);
    if (known !== undefined) {
      this.texts.push(`export type ${name} = ${known};\n`);
      return name;
    }
    this.#known.set(fingerprint, name);
    const options = {bannerComment: '', additionalProperties: false, ignoreMinAndMaxItems: true, format: false};
    const text = await compile(structuredClone(schema), name, options);
    // Without any field it would be whatever there is.
    this.texts.push(text.replace(/export interface (\w+) \{\s*\}/, 'export type $1 = Record<string, never>;'));
    return name;
  }
}

interface Branch {
  readonly [part: string]: Branch | string;
}

/** What is called how, as the dots of the names say. */
function tree(methods: readonly (readonly [name: string, text: string])[]): Branch {
  const root: Record<string, Branch | string> = {};
  for (const [name, text] of methods) {
    const parts = name.split('.');
    const last = parts.pop() ?? name;
    let at = root;
    for (const part of parts) {
      const next = (at[part] ??= {});
      if (typeof next === 'string') throw new Error(`${part} of ${name} is a verb itself.`);
      at = next;
    }
    if (at[last] !== undefined) throw new Error(`${name} is verbs itself.`);
    at[last] = text;
  }
  return root;
}

const print = (branch: Branch): string =>
  Object.entries(branch)
    .map(([part, value]) => (typeof value === 'string' ? value : `readonly ${part}: {\n${print(value)}\n};`))
    .join('\n');

const comment = (...lines: (string | undefined)[]): string =>
  `/**\n${lines
    .filter((line) => line !== undefined)
    .map((line) => ` * ${line.replaceAll('*/', '* /')}\n`)
    .join(' *\n')} */\n`;

async function pretty(root: string, text: string): Promise<string> {
  const config = await resolveConfig(join(root, 'clients/backend/src/index.ts'));
  return format(text, {...config, parser: 'typescript'});
}

/** clients/backend/src/generated/verbs.ts: the interface of the SDK for backends. */
export async function backendVerbs(root: string): Promise<string> {
  const declarations = new Declarations();
  const methods: [string, string][] = [];
  for (const door of httpVerbs) {
    const {verb} = door;
    const request = requestOf(door);
    const name = pascal(verb.name);
    const required = request['allOf'] !== undefined || (request['required'] as unknown[]).length > 0;
    const takes = await declarations.add(request, `${name}Request`);
    const empty = verb.output instanceof z.ZodNull;
    const gives = empty ? 'undefined' : await declarations.add(shape(verb.output, 'output'), `${name}Answer`);
    const text = comment(`${verb.summary}.`, verb.description);
    const parameter = required ? `request: ${takes}` : `request?: ${takes}`;
    const own = verb.name.split('.').at(-1) ?? verb.name;
    methods.push([verb.name, `${text}${own}(${parameter}, options?: CallOptions): Promise<${gives}>;`]);
  }
  await declarations.add(shape(watch.input, 'input'), 'WatchRequest');
  await declarations.add(shape(watch.output, 'output'), 'WatchNews');
  return pretty(
    root,
    [
      notice,
      `import type {CallOptions} from '../call-options.js';\n`,
      `${comment('Everything that a backend may ask for.')}export interface Verbs {\n${print(tree(methods))}\n}\n`,
      ...declarations.texts,
    ].join('\n'),
  );
}

/** clients/backend/src/generated/places.ts: where each verb is found. */
export function backendPlaces(root: string): Promise<string> {
  const places = httpVerbs.map(({verb, method, path, idempotencyKey}) => {
    const rpc = grpcVerbs.find((one) => one.verb.name === verb.name);
    if (rpc === undefined) throw new Error(`gRPC has no ${verb.name}.`);
    const place = {
      method,
      path,
      service: rpc.service,
      rpc: rpc.method,
      repeat: idempotencyKey ? 'by-key' : verb.safeToRepeat ? 'safely' : 'if-refused',
      empty: verb.output instanceof z.ZodNull,
    };
    return `'${verb.name}': ${JSON.stringify(place)},`;
  });
  return pretty(
    root,
    `${notice}\nimport type {Place} from '../place.js';\n\nexport const places: Readonly<Record<string, Place>> = {\n${places.join('\n')}\n};\n`,
  );
}

/** clients/backend/src/generated/protos.ts: the messages of `parley.v1`, as protobufjs reads them. */
export function backendProtos(root: string): Promise<string> {
  const protos = new protobuf.Root();
  const folder = join(root, 'server/proto');
  protos.resolvePath = (_origin, target) => join(folder, target);
  protos.loadSync([...protoFiles]);
  return pretty(root, `${notice}\nexport const protos: object = ${JSON.stringify(protos.toJSON())};\n`);
}
