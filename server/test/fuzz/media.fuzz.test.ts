import {expect, test} from 'vitest';
import {runMediaFuzz} from './run-media-fuzz.js';

const seed = 20_264;
const inputs = 2_000;

test('[CALL12] whatever is said of transports, tracks, channels and abilities, no worker ends, each answer has its code, and nothing is left', async () => {
  const {violations, outcomes} = await runMediaFuzz({seed, inputs});
  const again = `the same again: npm run test:fuzz:media -- --seed ${seed} --inputs ${inputs}`;
  expect(violations, again).toEqual([]);
  // Both what the contract refuses and what the engine does came to pass, and much was done.
  const counted = JSON.stringify([...outcomes].sort());
  for (const [outcome, least] of [
    ['call.produce ok', 150],
    ['call.produce media_refused', 50],
    ['call.produce invalid_payload', 50],
    ['call.transport.connect ok', 10],
    ['call.data.produce ok', 20],
    ['call.transport.restartIce ok', 20],
    ['call.consumer.set ok', 10],
  ] as const)
    expect(outcomes.get(outcome) ?? 0, `${outcome}, of ${counted}; ${again}`).toBeGreaterThanOrEqual(least);
});
