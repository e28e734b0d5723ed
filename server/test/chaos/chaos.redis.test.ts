import {expect, test} from 'vitest';
import {runChaos} from './run-chaos.js';

/** Half a minute each: what is broken for ten seconds, and twice that to see that all is well again. */
const timeoutMs = 120_000;

test.each([
  // A handover, a killed and a cut-off node, kicks, and clients that are half connected.
  {seed: 529, loses: 'nothing'},
  // A handover, a cut-off node, and a fail-over with a split brain.
  {seed: 215, loses: 'its data'},
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
