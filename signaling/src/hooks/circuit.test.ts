import {expect, test} from 'vitest';
import {HandClock} from '../testing/index.js';
import {Circuit} from './circuit.js';

function makeCircuit() {
  const clock = new HandClock();
  const changes: string[] = [];
  const circuit = new Circuit({clock, onChange: (state) => changes.push(state)});
  const fail = (times: number): void => {
    for (let n = 0; n < times; n += 1) {
      expect(circuit.admit()).toBe(true);
      circuit.unanswered();
    }
  };
  return {clock, circuit, changes, fail};
}

test('[HOOK12] after five questions in a row without an answer nobody is asked; an answer between them forgives', () => {
  const {circuit, changes, fail} = makeCircuit();
  fail(4);
  circuit.answered();
  fail(4);
  expect(circuit.waitMs).toBe(0);
  fail(1);
  expect([circuit.waitMs, circuit.admit()]).toEqual([1_000, false]);
  expect(changes).toEqual(['open']);
});

test('[HOOK12] one question tries whether somebody answers again; if not, twice as long is waited, half a minute at most', () => {
  const {clock, circuit, changes, fail} = makeCircuit();
  fail(5);
  for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    expect(circuit.waitMs).toBe(waitMs);
    clock.advance(waitMs - 1);
    expect(circuit.admit()).toBe(false);
    clock.advance(1);
    expect([circuit.admit(), circuit.admit()]).toEqual([true, false]);
    circuit.unanswered();
  }
  clock.advance(30_000);
  expect(circuit.admit()).toBe(true);
  circuit.answered();
  expect([circuit.waitMs, circuit.admit()]).toEqual([0, true]);
  expect(changes).toEqual(['open', 'closed']);
});

test('[HOOK12] what was underway when it opened neither prolongs the waiting nor is lost if it is answered', () => {
  const {circuit, changes, fail} = makeCircuit();
  fail(5);
  circuit.unanswered();
  expect(circuit.waitMs).toBe(1_000);
  circuit.answered();
  expect(circuit.waitMs).toBe(0);
  expect(changes).toEqual(['open', 'closed']);
});
