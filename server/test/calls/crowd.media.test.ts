import {expect, test} from 'vitest';
import {crowdCall} from './crowd.js';

test('[PEER11] 300 sessions join one call at once over two nodes, and again when its node is killed: not one too many', async () => {
  const {before, after, output} = await crowdCall({joins: 300, limit: 30, nodes: 2});
  for (const {joined, refused, lost, peers, most} of [before, after]) {
    expect({peers, most}).toEqual({peers: 30, most: 30});
    expect(joined + refused).toBeGreaterThanOrEqual(150);
    // Somebody else may have been in it before them.
    expect(joined - lost).toBeLessThanOrEqual(30);
    expect(joined - lost).toBeGreaterThanOrEqual(29);
  }
  expect(output).not.toMatch(/"level":"?(?:50|60|error|fatal)/);
});
