import {describe, expect, test} from 'vitest';
import type {Lease} from '../../ports.js';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';

const granted = (answer: Lease | {readonly heldBy: string}): Lease => {
  if ('heldBy' in answer) throw new Error(`The lease is held by ${answer.heldBy}.`);
  return answer;
};

/** What every twin of the leases guarantees. */
export function leasesContract(name: string, makeCluster: MakeCluster): void {
  describe(`leases: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[CALL2] one of many holds a lease, and the others learn who', async () => {
      const cluster = await make(3);
      const answers = await Promise.all(cluster.nodes.map(({leases}) => leases.acquire('call:lobby')));
      const [lease, ...others] = answers.filter((answer) => 'fence' in answer);
      expect(others).toEqual([]);
      const owner = nodeOf(
        cluster,
        answers.findIndex((answer) => 'fence' in answer),
      ).bus.node;
      for (const answer of answers) if ('heldBy' in answer) expect(answer.heldBy).toBe(owner);
      for (const {leases} of cluster.nodes) expect(await leases.holder('call:lobby')).toBe(owner);
      expect(await nodeOf(cluster, 0).leases.holder('call:attic')).toBeUndefined();
      expect(lease?.lost.aborted).toBe(false);
    });

    test('[CALL2] a holder does not get its own lease a second time', async () => {
      const cluster = await make(1);
      const {leases, bus} = nodeOf(cluster, 0);
      granted(await leases.acquire('call:lobby'));
      expect(await leases.acquire('call:lobby')).toEqual({heldBy: bus.node});
    });

    test('[CALL2] a released lease passes at once, and its fence rises with every change of hands', async () => {
      const cluster = await make(2);
      let last = 0;
      for (let turn = 0; turn < 4; turn += 1) {
        const lease = granted(await nodeOf(cluster, turn % 2).leases.acquire('call:lobby'));
        expect(lease.fence).toBeGreaterThan(last);
        last = lease.fence;
        await lease.release();
        expect(lease.lost.aborted).toBe(true);
        await lease.release();
      }
      expect(await nodeOf(cluster, 0).leases.holder('call:lobby')).toBeUndefined();
    });

    test('[CALL52] a lease that is passed on is the other node’s for everybody, and nobody else can take it', async () => {
      const cluster = await make(3);
      const [a, b, c] = [nodeOf(cluster, 0), nodeOf(cluster, 1), nodeOf(cluster, 2)];
      const first = granted(await a.leases.acquire('call:lobby'));
      await first.pass(b.bus.node);
      expect(first.lost.aborted).toBe(true);
      for (const {leases} of cluster.nodes) expect(await leases.holder('call:lobby')).toBe(b.bus.node);
      for (const {leases} of [a, c]) expect(await leases.acquire('call:lobby')).toEqual({heldBy: b.bus.node});
      const second = granted(await b.leases.acquire('call:lobby'));
      expect(second.fence).toBeGreaterThan(first.fence);
      await first.pass(c.bus.node);
      await cluster.pass(2_500);
      expect(second.lost.aborted).toBe(false);
      expect(await c.leases.holder('call:lobby')).toBe(b.bus.node);
    });

    test('[CALL52] a lease that was passed on and is not taken up is free when its time is over', async () => {
      const cluster = await make(2);
      const first = granted(await nodeOf(cluster, 0).leases.acquire('call:lobby'));
      await first.pass(nodeOf(cluster, 1).bus.node);
      await cluster.pass(2_500);
      expect(await nodeOf(cluster, 0).leases.holder('call:lobby')).toBeUndefined();
      granted(await nodeOf(cluster, 0).leases.acquire('call:lobby'));
    });

    test('[CALL2] releasing twice does not hurt the next holder', async () => {
      const cluster = await make(2);
      const first = granted(await nodeOf(cluster, 0).leases.acquire('call:lobby'));
      await first.release();
      const second = granted(await nodeOf(cluster, 1).leases.acquire('call:lobby'));
      await first.release();
      expect(second.lost.aborted).toBe(false);
      expect(await nodeOf(cluster, 0).leases.holder('call:lobby')).toBe(nodeOf(cluster, 1).bus.node);
    });

    test('[CALL2] a lease is kept while its holder lives', async () => {
      const cluster = await make(2);
      const lease = granted(await nodeOf(cluster, 0).leases.acquire('call:lobby'));
      await cluster.pass(2_500);
      expect(lease.lost.aborted).toBe(false);
      expect(await nodeOf(cluster, 1).leases.acquire('call:lobby')).toEqual({heldBy: nodeOf(cluster, 0).bus.node});
    });

    test('[CALL13] the lease of a killed node passes once it has run out', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const first = granted(await a.leases.acquire('call:lobby'));
      await cluster.kill(a);
      await cluster.pass(1_500);
      const second = granted(await b.leases.acquire('call:lobby'));
      expect(second.fence).toBeGreaterThan(first.fence);
    });

    test('[CALL13] the leases of a node that says farewell are free at once', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const first = granted(await a.leases.acquire('call:lobby'));
      await a.close();
      expect(first.lost.aborted).toBe(true);
      granted(await b.leases.acquire('call:lobby'));
    });

    test('[CALL13] a holder that cannot renew knows that its lease is lost', async () => {
      const cluster = await make(1);
      const lease = granted(await nodeOf(cluster, 0).leases.acquire('call:lobby'));
      await cluster.setAvailable(false);
      await cluster.pass(1_500);
      await eventually(() => {
        expect(lease.lost.aborted).toBe(true);
      });
      await lease.release();
    });
  });
}
