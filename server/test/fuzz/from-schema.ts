import {z} from 'zod';
import type {SeededRandom} from '../chaos/seeded-random.js';

/** As much of JSON Schema as the contract's schemas become. */
export interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly prefixItems?: readonly Shape[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

export const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'}) as Shape;

/** Few names, so that requests meet: rooms that exist, ids that were used, users that are there. */
const names = ['r0', 'r1', 'r2', 'r3', 'fuzz-0', 'fuzz-1', 'm1', 'm2', 'attic', 'A.b:c@d-e_f'];
const texts = ['hello', 'x', ' spaced ', 'straße 😀', '\u202Ertl', 'a\u0000b', '<b>&amp;</b>'];

/** A value that the schema takes, nearly always: what it demands beyond its JSON Schema is not known here. */
export function fitting(shape: Shape, random: SeededRandom, depth = 0): unknown {
  if (shape.const !== undefined) return shape.const;
  if (shape.enum) return random.pick(shape.enum);
  if (shape.anyOf) return fitting(random.pick(shape.anyOf), random, depth);
  switch (shape.type) {
    case 'string':
      return fittingText(shape, random);
    case 'integer':
    case 'number':
      return fittingNumber(shape, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'array':
      return fittingList(shape, random, depth);
    case 'object':
      return fittingObject(shape, random, depth);
    default:
      return random.pick([null, 1, 'text', [1, [2]], {a: {b: null}}]);
  }
}

function fittingText({pattern, minLength = 0, maxLength = 64}: Shape, random: SeededRandom): string {
  const name = random.pick(pattern === undefined ? texts : names);
  const long = random.chance(0.02) ? name.padEnd(Math.min(maxLength, 5_000), 'z') : name;
  return long.slice(0, maxLength).padEnd(minLength, '0');
}

function fittingNumber({minimum = -10, maximum = 1_000}: Shape, random: SeededRandom): number {
  if (random.chance(0.1)) return random.pick([minimum, Math.min(maximum, Number.MAX_SAFE_INTEGER)]);
  return random.between(Math.max(minimum, -10), Math.min(maximum, Math.max(minimum, 0) + 1_000));
}

function fittingList({items, prefixItems, maxItems = 3}: Shape, random: SeededRandom, depth: number): unknown[] {
  if (prefixItems) return prefixItems.map((shape) => fitting(shape, random, depth + 1));
  const length = depth > 4 ? 0 : random.between(0, Math.min(maxItems, 3));
  return Array.from({length}, () => fitting(items ?? {}, random, depth + 1));
}

function fittingObject(shape: Shape, random: SeededRandom, depth: number): Record<string, unknown> {
  const {properties = {}, required = [], additionalProperties} = shape;
  const fields = Object.entries(properties).filter(
    ([name]) => required.includes(name) || (depth < 6 && random.chance(0.5)),
  );
  const object = Object.fromEntries(fields.map(([name, field]) => [name, fitting(field, random, depth + 1)]));
  if (typeof additionalProperties === 'object' && fields.length === 0) {
    object[random.pick(names)] = fitting(additionalProperties, random, depth + 1);
  }
  return object;
}
