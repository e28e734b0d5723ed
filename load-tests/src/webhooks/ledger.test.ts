import {expect, test} from 'vitest';
import {Ledger} from './ledger.js';

const told = (room: string, number: number, latencyMs = 1) => ({
  room,
  number,
  id: `${room}/${String(number)}`,
  happenedAt: 1_000,
  cameAt: 1_000 + latencyMs,
});

test('a hole, a turn and a repetition are found, each room by itself', () => {
  const ledger = new Ledger();
  for (const [room, number] of [
    ['a', 0],
    ['b', 0],
    ['a', 2],
    ['a', 1],
    ['a', 2],
    ['b', 1],
    ['b', 3],
  ] as const) {
    ledger.take(told(room, number));
  }
  const pushed = ['a', 'b'].flatMap((room) => [0, 1, 2, 3].map((number) => ({room, number})));
  expect([ledger.missing(pushed), ledger.outOfOrder(new Set()), ledger.repeated, ledger.size]).toEqual([2, 1, 1, 6]);
  expect(ledger.outOfOrder(new Set(['a/1']))).toBe(0);
});

test('latencies are those of the first time, of what is asked for', () => {
  const ledger = new Ledger();
  ledger.take(told('a', 0, 5));
  ledger.take(told('a', 1, 7));
  ledger.take(told('a', 0, 900));
  expect(
    ledger.latenciesMs([
      {room: 'a', number: 0},
      {room: 'a', number: 2},
    ]),
  ).toEqual([5]);
  expect(ledger.lastAt).toBe(1_007);
});
