import protobuf from 'protobufjs';
import {protos} from './generated/protos.js';
import {isFields, type Fields} from './place.js';
import {RequestError} from './request-error.js';

/** Fields that hold any JSON are text in messages, under a name with this at its end. */
const jsonSuffix = 'Json';

/** How a method is called. */
export interface Method {
  readonly path: string;
  /** Throws a RequestError, `invalid_payload`, if the message has no place for a field. */
  readonly encode: (request: Fields) => Buffer;
  readonly decode: (bytes: Buffer) => Fields;
}

let root: protobuf.Root | undefined;
const methods = new Map<string, Method>();

/** How a method of `parley.v1` is called, and its messages made of what the verbs speak of, and back. */
export function methodOf(service: string, rpc: string): Method {
  const name = `${service}/${rpc}`;
  const known = methods.get(name);
  if (known !== undefined) return known;
  root ??= protobuf.Root.fromJSON(protos);
  const method = root.lookupService(`parley.v1.${service}`).methods[rpc];
  method?.resolve();
  const {resolvedRequestType: request, resolvedResponseType: response} = method ?? {};
  if (!request || !response) throw new Error(`The messages have no ${name}.`);
  const made: Method = {
    path: `/parley.v1.${name}`,
    encode: (fields) => Buffer.from(request.encode(request.fromObject(toMessage(fields, request, ''))).finish()),
    decode: (bytes) => {
      // What is not on the wire has its default, but for what may be absent.
      const message = response.toObject(response.decode(bytes), {
        longs: Number,
        enums: String,
        defaults: true,
        arrays: true,
      });
      return fromMessage(message, response);
    },
  };
  methods.set(name, made);
  return made;
}

function toMessage(fields: Fields, type: protobuf.Type, path: string): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const at = `${path}${name}`;
    const field = type.fields[name]?.resolve();
    if (field === undefined) {
      if (type.fields[name + jsonSuffix] === undefined) {
        throw new RequestError('invalid_payload', {field: at, message: 'is not a known field'});
      }
      message[name + jsonSuffix] = JSON.stringify(value);
    } else if (field.repeated && value === 'all' && type.fields['all'] !== undefined) {
      message['all'] = true;
    } else if (value === null && type.fields['reset'] !== undefined) {
      const reset = (message['reset'] ??= []);
      if (Array.isArray(reset)) reset.push(name);
    } else {
      message[name] = toValue(value, field, at);
    }
  }
  const mistake = type.verify(message);
  if (mistake !== null)
    throw new RequestError('invalid_payload', {field: `${path}${/^\w+/.exec(mistake)?.[0] ?? ''}`, message: mistake});
  return message;
}

function toValue(value: unknown, {resolvedType}: protobuf.Field, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((one: unknown, n) =>
      isFields(one) && resolvedType instanceof protobuf.Type ? toMessage(one, resolvedType, `${path}.${n}.`) : one,
    );
  }
  return isFields(value) && resolvedType instanceof protobuf.Type ? toMessage(value, resolvedType, `${path}.`) : value;
}

function fromMessage(message: Fields, type: protobuf.Type): Fields {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => {
      if (name.endsWith(jsonSuffix)) return [name.slice(0, -jsonSuffix.length), parse(String(value))];
      return [name, fromValue(value, type.fields[name]?.resolvedType)];
    }),
  );
}

function fromValue(value: unknown, type: protobuf.Type | protobuf.Enum | null | undefined): unknown {
  if (!(type instanceof protobuf.Type)) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => fromValue(one, type));
  return isFields(value) ? fromMessage(value, type) : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new RequestError('internal', {message: 'The answer holds what is no JSON.', cause});
  }
}
