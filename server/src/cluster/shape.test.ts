import {expect, test} from 'vitest';
import {Shape, slotCount} from './shape.js';

const at = (port: number) => ({host: '127.0.0.1', port});

test('one server has every key, and all are lost together', () => {
  const shape = Shape.ofOne(at(1));
  expect(shape.ownerOf('anything')).toBe('127.0.0.1:1');
  expect(shape.partOf('a')).toBe(shape.partOf('b'));
  expect(shape.equals(Shape.ofOne(at(1)))).toBe(true);
  expect(shape.equals(Shape.ofOne(at(2)))).toBe(false);
});

test('keys with one hash tag are at one server of a cluster, and a slot without a server has none', () => {
  const shape = Shape.ofCluster([
    {address: at(1), epoch: 1, ranges: [[0, 8_000]]},
    {address: at(2), epoch: 2, ranges: [[8_001, slotCount - 2]]},
  ]);
  // Slot 5474 and slot 12182, by the specification's CRC16.
  expect(shape.ownerOf('x:{bar}')).toBe(shape.ownerOf('{bar}:y'));
  expect(shape.ownerOf('bar')).toBe('127.0.0.1:1');
  expect(shape.ownerOf('foo')).toBe('127.0.0.1:2');
  expect([...shape.servers.keys()]).toEqual(['127.0.0.1:1', '127.0.0.1:2']);
});

test('of two that claim a slot the one with the higher epoch has it, in whatever order they are heard', () => {
  const before = {address: at(1), epoch: 1, ranges: [[0, slotCount - 1]]} as const;
  const after = {address: at(2), epoch: 2, ranges: [[0, slotCount - 1]]} as const;
  for (const claims of [
    [before, after],
    [after, before],
  ]) {
    const shape = Shape.ofCluster(claims);
    expect(shape.ownerOf('foo')).toBe('127.0.0.1:2');
    expect([...shape.servers.keys()]).toEqual(['127.0.0.1:2']);
  }
});
