import {expect, test} from 'vitest';
import {HandClock} from '../testing/index.js';
import {PresenceRounds} from './presence-rounds.js';

test('[PRES9] a node that has told much waits longer before it tells again', async () => {
  const clock = new HandClock();
  const told: number[] = [];
  const board = {refresh: () => Promise.resolve(), isStale: false};
  const onDefect = (error: unknown): void => {
    throw error;
  };
  const rounds = new PresenceRounds({clock, windowMs: 200, deliveriesPerSecond: 10, board, onDefect});
  const begunAt = clock.now();
  const teller = {
    prepare: () => Promise.resolve(),
    tell: (at: number) => {
      told.push(at - begunAt);
      return 20;
    },
  };
  rounds.call(teller);
  rounds.call(teller);
  await clock.pass(200);
  rounds.call(teller);
  await clock.pass(1_900);
  expect(told).toEqual([200]);
  await clock.pass(100);
  expect(told).toEqual([200, 2_200]);
  rounds.close();
  expect(clock.timers).toBe(0);
});
