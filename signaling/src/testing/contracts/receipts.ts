import {describe, expect, test} from 'vitest';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

/** What every twin of the receipts guarantees. */
export function receiptsContract(name: string, makeCluster: MakeCluster): void {
  describe(`receipts: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[PUSH3] one of many claims is granted, and all get its receipt once it is settled', async () => {
      const cluster = await make(2);
      const claims = await Promise.all([0, 1, 0, 1].map((index) => nodeOf(cluster, index).receipts.claim('k')));
      expect(claims.map(({state}) => state).sort()).toEqual(['claimed', 'pending', 'pending', 'pending']);
      const claimer = nodeOf(cluster, claims.findIndex(({state}) => state === 'claimed') % 2);
      await claimer.receipts.settle('k', '{"reached":2}');
      for (const {receipts} of cluster.nodes)
        expect(await receipts.claim('k')).toEqual({state: 'settled', receipt: '{"reached":2}'});
    });

    test('[PUSH3] a claim that is given back is free for the next', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.receipts.claim('k');
      await b.receipts.release('k');
      await b.receipts.settle('k', 'not mine to settle');
      expect(await b.receipts.claim('k')).toEqual({state: 'pending'});
      await a.receipts.release('k');
      expect(await b.receipts.claim('k')).toEqual({state: 'claimed'});
    });

    test('[PUSH3] a receipt is forgotten after its time', async () => {
      const cluster = await make(1);
      const {receipts} = nodeOf(cluster, 0);
      await receipts.claim('k');
      await receipts.settle('k', 'done');
      await receipts.release('k');
      expect(await receipts.claim('k')).toEqual({state: 'settled', receipt: 'done'});
      await cluster.pass(1_500);
      expect(await receipts.claim('k')).toEqual({state: 'claimed'});
    });
  });
}
