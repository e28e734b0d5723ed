import {expect, test} from 'vitest';
import {pushFields, pushLine} from './push-fields.js';

test('a small object of plain values is shown by its fields', () => {
  expect(pushFields({order: 4711, express: true, note: null})).toEqual([
    ['order', '4711'],
    ['express', 'true'],
    ['note', 'null'],
  ]);
  expect(pushLine({order: 4711, express: true})).toBe('order: 4711 · express: true');
});

test('anything else is shown as it is', () => {
  expect(pushFields({nested: {a: 1}})).toBeUndefined();
  expect(pushFields([1, 2])).toBeUndefined();
  expect(pushLine({nested: {a: 1}})).toBe('{"nested":{"a":1}}');
  expect(pushLine('just text')).toBe('just text');
  expect(pushLine('x'.repeat(500)).length).toBeLessThan(310);
});
