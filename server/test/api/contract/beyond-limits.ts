import type {z} from 'zod';
import {shapeOf, type Shape} from '../../fuzz/from-schema.js';
import type {Fields} from './door.js';

/** Fields of which one is just beyond a limit of the schema. */
interface Beyond {
  /** Its path. */
  readonly field: string;
  readonly change: Fields;
  /** For the title of a test. */
  readonly what: string;
}

/** One for each field of the schema that has a limit, those within others included. */
export function beyondLimits(schema: z.ZodType): readonly Beyond[] {
  return fieldsBeyond(shapeOf(schema)).map(({name, path, value, what}) => ({
    field: [name, ...path].join('.'),
    change: {[name]: value},
    what,
  }));
}

interface Found {
  /** Within the value; empty if the value itself is beyond its limit. */
  readonly path: readonly string[];
  readonly value: unknown;
  readonly what: string;
}

/** Longer than any name may be, and short enough for a path. */
const longName = 'x'.repeat(300);

const variantsOf = (shape: Shape): readonly Shape[] => shape.anyOf ?? [shape];

function fieldsBeyond(shape: Shape): readonly (Found & {readonly name: string})[] {
  return variantsOf(shape).flatMap(({properties = {}}) =>
    Object.entries(properties).flatMap(([name, field]) => {
      const own = variantsOf(field).flatMap(beyond).slice(0, 1);
      return [...own, ...variantsOf(field).flatMap(inside)].map((found) => ({name, ...found}));
    }),
  );
}

/** Objects of which one field is beyond its limit, with what else they must have. */
function inside(shape: Shape): readonly Found[] {
  const {properties = {}, required = []} = shape;
  const needed = Object.fromEntries(required.map((name) => [name, properties[name]?.const ?? 'x']));
  return fieldsBeyond(shape).map(({name, path, value, what}) => ({
    path: [name, ...path],
    value: {...needed, [name]: value},
    what,
  }));
}

function beyond({type, enum: closed, const: fixed, pattern, maxLength, maximum, maxItems, items}: Shape): Found[] {
  if (closed !== undefined || fixed !== undefined) return [];
  if (type === 'string' && maxLength !== undefined)
    return [{path: [], value: 'x'.repeat(maxLength + 1), what: `${maxLength + 1} characters`}];
  if (type === 'string' && pattern !== undefined) return [{path: [], value: longName, what: 'a name that is too long'}];
  // What is not exact as a number is no number that is one more.
  if (type === 'integer' && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return [{path: [], value: maximum + 1, what: String(maximum + 1)}];
  if (type === 'array' && maxItems !== undefined) {
    const one = (n: number): unknown => items?.enum?.[0] ?? `u${n}`;
    return [{path: [], value: Array.from({length: maxItems + 1}, (_, n) => one(n)), what: `${maxItems + 1} items`}];
  }
  return [];
}
