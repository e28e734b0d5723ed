import {expect, test} from 'vitest';
import type {Scope} from './draws.js';
import {busies, busyMs, ends, loses} from './fault.js';
import {persistenceNames} from './persistence.js';
import {makePlan} from './plan.js';

const scope: Scope = {nodes: 3, clients: 12, persistence: 'aof-no'};

test('a seed gives the same plan every time, within its time, and one fault of a thing at a time', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const plan = makePlan(seed, {durationMs: 30_000, ...scope});
    expect(makePlan(seed, {durationMs: 30_000, ...scope})).toEqual(plan);
    for (const {steps} of plan.rounds) {
      const busyUntil = new Map<string, number>();
      for (const {atMs, fault} of steps) {
        expect(atMs + fault.ms).toBeLessThan(30_000);
        for (const thing of busies(fault, scope.nodes, scope.persistence)) {
          expect(atMs).toBeGreaterThanOrEqual(busyUntil.get(thing) ?? 0);
          busyUntil.set(thing, atMs + busyMs(fault, scope.persistence));
        }
      }
    }
  }
});

test.each(persistenceNames)('data is lost in the rounds that say so, once, and in no other, with %s', (persistence) => {
  const plans = Array.from({length: 20}, (_, seed) => makePlan(seed, {durationMs: 600_000, ...scope, persistence}));
  const rounds = plans.flatMap((plan) => plan.rounds);
  for (const round of rounds)
    expect(round.steps.filter(({fault}) => loses(fault, persistence))).toHaveLength(round.loses ? 1 : 0);
  const losing = rounds.filter((round) => round.loses).length / rounds.length;
  expect(rounds).toHaveLength(200);
  expect(losing).toBeGreaterThan(0.3);
  expect(losing).toBeLessThan(0.5);
});

test('one process is not ended in the second half of the rounds', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const {rounds, spared} = makePlan(seed, {durationMs: 600_000, ...scope});
    const ended = rounds.map(({steps}) => steps.flatMap(({fault}) => ends(fault, scope.nodes)));
    expect(ended.slice(5).flat()).not.toContain(spared);
    expect(ended.slice(0, 5).flat()).toContain(spared);
    expect(ended.slice(5).flat().length).toBeGreaterThan(0);
  }
});
