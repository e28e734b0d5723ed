import {ParleyError} from '@parley/protocol';
import {noJson} from '../verbs/push.js';

/** A message as the decoder gives it, or what is about to be encoded. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that hold any JSON: in messages they are JSON text, under a name with `Json` at its end. */
const jsonFields: ReadonlySet<string> = new Set(['data', 'payload', 'metadata']);
const suffix = 'Json';

/** What a verb takes, of a message; in place of a text that is not JSON stands {@link noJson}, which verbs refuse. */
export function fromMessage(message: Fields): Fields {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => {
      const plain = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
      if (jsonFields.has(plain) && plain !== name) return [plain, jsonOf(value)];
      return [name, fromValue(value)];
    }),
  );
}

function fromValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromValue);
  return isFields(value) ? fromMessage(value) : value;
}

/** The message of what a verb answers. What is null is not set. */
export function toMessage(output: Fields): Fields {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => {
      if (jsonFields.has(name)) return [`${name}${suffix}`, JSON.stringify(value)];
      return [name, toValue(value)];
    }),
  );
}

function toValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toValue);
  return isFields(value) ? toMessage(value) : value;
}

function jsonOf(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    return noJson;
  }
}

/** `all` beside a list of names, for what is either `'all'` or a list. */
export function everyone(list: string): (fields: Fields) => Fields {
  return ({all, ...fields}) => {
    if (all !== true) return fields;
    if (fields[list] !== undefined) {
      throw new ParleyError('invalid_payload', {field: list, message: 'cannot be given beside all'});
    }
    return {...fields, [list]: 'all'};
  };
}

/** The items of a batch, each in the shape that is said for its name, if there is one. */
export function itemsAs(shapes: Readonly<Record<string, (fields: Fields) => Fields>>): (fields: Fields) => Fields {
  const shaped = (item: unknown): unknown => {
    if (!isFields(item)) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, fields]) => {
        const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
        return [name, shape !== undefined && isFields(fields) ? shape(fields) : fields];
      }),
    );
  };
  return (fields) => (Array.isArray(fields['items']) ? {...fields, items: fields['items'].map(shaped)} : fields);
}

/** `reset` names the limits that are null: the server's own. */
export function limitsOf(fields: Fields): Fields {
  const {limits} = fields;
  if (!isFields(limits)) return fields;
  const {reset, ...given} = limits;
  const names: unknown[] = Array.isArray(reset) ? reset : [];
  return {...fields, limits: {...Object.fromEntries(names.map((name) => [String(name), null])), ...given}};
}
