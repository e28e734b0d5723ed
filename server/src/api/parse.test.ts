import {toWireError} from '@parley/protocol';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {maxNesting, parse} from './parse.js';

const schema = z.strictObject({
  target: z.union([
    z.strictObject({user: z.string().regex(/^\w+$/, 'word characters only')}),
    z.strictObject({room: z.string()}),
  ]),
  data: z.unknown(),
});

const refusalOf = (data: unknown): {code: string; field?: string; message: string} => {
  try {
    parse(schema, data);
  } catch (thrown) {
    return toWireError(thrown);
  }
  throw new Error('was not refused');
};

test('[OPS2] what fits is handed on', () => {
  const data = {target: {user: 'ana'}, data: [1, {two: null}]};
  expect(parse(schema, data)).toEqual(data);
});

test.each([
  ['a missing field', {data: 1}, 'target'],
  ['an unknown field', {target: {user: 'ana'}, data: 1, extra: 1}, 'extra'],
  ['an unknown field within', {target: {user: 'ana', node: 'a'}, data: 1}, 'target.node'],
  ['a malformed member of a union', {target: {user: 'no blanks'}, data: 1}, 'target.user'],
  ['a member of the wrong type', {target: {room: 7}, data: 1}, 'target.room'],
  ['no object at all', 'text', undefined],
  ['nothing', undefined, undefined],
])('[OPS2] %s is refused by name', (_what, data, field) => {
  const refusal = refusalOf(data);
  expect(refusal.code).toBe('invalid_payload');
  expect(refusal.field).toBe(field);
});

test('[OPS2] what comes back of the caller’s own text is bounded', () => {
  expect(refusalOf({[`x${'y'.repeat(10_000)}`]: 1, target: {user: 'ana'}, data: 1}).field).toHaveLength(200);
});

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('[OPS2] data is refused that is nested too deeply to be parsed by recursion', () => {
  const within = {target: {user: 'ana'}, data: nested(maxNesting)};
  expect(parse(schema, within)).toEqual(within);
  for (const levels of [maxNesting + 1, 30_000]) {
    expect(refusalOf({target: {user: 'ana'}, data: nested(levels)}).message).toContain('nested');
  }
});
