import {expect, test} from 'vitest';
import {crowdCall} from './crowd.js';

test('[PEER11] 600 sessions join one call at once over three nodes, and again when its node is killed: not one too many', async () => {
  const {before, after, output} = await crowdCall({joins: 600, limit: 40, nodes: 3});
  for (const {joined, refused, lost, peers, most} of [before, after]) {
    expect({peers, most}).toEqual({peers: 40, most: 40});
    expect(joined + refused).toBeGreaterThan(300);
    // Somebody else may have been in it before them.
    expect(joined - lost).toBeLessThanOrEqual(40);
    expect(joined - lost).toBeGreaterThanOrEqual(39);
  }
  expect(output).not.toMatch(/"level":"?(?:50|60|error|fatal)/);
});
