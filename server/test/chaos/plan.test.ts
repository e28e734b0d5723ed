import {expect, test} from 'vitest';
import {busies, busyMs, loses} from './fault.js';
import {makePlan} from './plan.js';

const scope = {nodes: 3, clients: 12};

test('a seed gives the same plan every time, within its time, and one fault of a thing at a time', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const plan = makePlan(seed, {durationMs: 30_000, ...scope});
    expect(makePlan(seed, {durationMs: 30_000, ...scope})).toEqual(plan);
    for (const {steps} of plan.rounds) {
      const busyUntil = new Map<string, number>();
      for (const {atMs, fault} of steps) {
        expect(atMs + fault.ms).toBeLessThan(30_000);
        for (const thing of busies(fault, scope.nodes)) {
          expect(atMs).toBeGreaterThanOrEqual(busyUntil.get(thing) ?? 0);
          busyUntil.set(thing, atMs + busyMs(fault));
        }
      }
    }
  }
});

test('data is lost in the rounds that say so, once, and in no other', () => {
  const rounds = Array.from({length: 20}, (_, seed) => makePlan(seed, {durationMs: 600_000, ...scope}).rounds).flat();
  for (const round of rounds) expect(round.steps.filter(({fault}) => loses(fault))).toHaveLength(round.loses ? 1 : 0);
  const losing = rounds.filter((round) => round.loses).length / rounds.length;
  expect(rounds).toHaveLength(200);
  expect(losing).toBeGreaterThan(0.3);
  expect(losing).toBeLessThan(0.5);
});
