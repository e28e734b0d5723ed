import {expect, test} from 'vitest';
import {runChaos} from './run-chaos.js';

/** What is broken for ten seconds, and three times that to see that all is well again: waiting for the most part, so both at once. */
const timeoutMs = 180_000;

test.concurrent.each([
  // Redis frozen and handed over, a killed node, a cut-off one, kicks, and a client that hardly reads.
  {seed: 2688, loses: 'nothing'},
  // Redis restarted in order, killed, and failed over with a split brain; a half-open node, half-open clients, a kick.
  {seed: 2223, loses: 'its data'},
])(
  '[FEED2] whatever is killed, frozen, cut off, slowed and kicked while Redis loses $loses, nobody has an untold hole, a double or a ghost (seed $seed)',
  async ({seed, loses}) => {
    const {violations, tally, stories} = await runChaos({seed, durationMs: 10_000, nodes: 2, clients: 8});
    const again = `npm run test:chaos -- --seed ${seed} --minutes 0.1667 --nodes 2 --clients 8`;
    expect(violations, [again, ...stories].join('\n')).toEqual([]);
    expect(tally.accepted).toBeGreaterThan(50);
    if (loses === 'nothing') expect(tally.resets).toBe(0);
    else expect(tally.resets).toBeGreaterThan(0);
  },
  timeoutMs,
);
