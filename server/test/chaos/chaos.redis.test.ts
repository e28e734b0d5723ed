import {expect, test} from 'vitest';
import {runChaos} from './run-chaos.js';

/** Another one with every run; printed, so that a failure can be had again. */
const seed = Number(process.env['PARLEY_CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`[FEED2] whatever is killed, frozen, cut off, slowed and kicked, nobody has a hole, a double or a ghost (seed ${seed})`, async () => {
  const {violations, accepted} = await runChaos({
    seed,
    durationMs: 10_000,
    nodes: 2,
    clients: 8,
    messagesPerSecond: 40,
  });
  expect(
    violations,
    `the same again: npm run test:chaos -- --seed ${seed} --minutes 0.1667 --nodes 2 --clients 8`,
  ).toEqual([]);
  expect(accepted).toBeGreaterThan(50);
});
