import {describe, expect, test} from 'vitest';
import type {Outbox} from '../../ports.js';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const textsOf = async (outbox: Outbox, queue: string, page: Parameters<Outbox['read']>[1] = {limit: 100}) =>
  (await outbox.read(queue, page)).map(({text}) => text);

/** What every twin of the outbox guarantees. */
export function outboxContract(name: string, makeCluster: MakeCluster): void {
  describe(`outbox: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[HOOK3] what one node puts the other reads, in order, in pages and queue by queue', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).outbox, nodeOf(cluster, 1).outbox];
      expect(await a.put('q', ['1', '2'], 10)).toBe(2);
      expect(await b.put('q', ['3'], 10)).toBe(1);
      await b.put('other', ['x'], 10);
      expect(await textsOf(b, 'q')).toEqual(['1', '2', '3']);
      const [first] = await a.read('q', {limit: 1});
      expect(first?.text).toBe('1');
      expect(await textsOf(a, 'q', {after: first?.position ?? '', limit: 1})).toEqual(['2']);
      expect(await a.size('q')).toBe(3);
      expect(await a.size('never')).toBe(0);
    });

    test('[HOOK3] an item stays until it is removed, and removing again does no harm', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.outbox.put('q', ['1', '2', '3'], 10);
      await cluster.kill(a);
      const [, second] = await b.outbox.read('q', {limit: 10});
      const positions = [second?.position ?? ''];
      await b.outbox.remove('q', positions);
      await b.outbox.remove('q', positions);
      await b.outbox.remove('q', []);
      expect(await textsOf(b.outbox, 'q')).toEqual(['1', '3']);
    });

    test('[HOOK6] a full queue takes what fits and keeps what waits', async () => {
      const cluster = await make(1);
      const {outbox} = nodeOf(cluster, 0);
      expect(await outbox.put('q', ['1', '2', '3'], 2)).toBe(2);
      expect(await outbox.put('q', ['4'], 2)).toBe(0);
      expect(await textsOf(outbox, 'q')).toEqual(['1', '2']);
      expect(await outbox.put('q', ['4'], 3)).toBe(1);
    });

    test('[HOOK3] how far a queue has got in each room is known to all nodes', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).outbox, nodeOf(cluster, 1).outbox];
      expect(await a.cursor('q', 'r')).toBeUndefined();
      await a.setCursor('q', 'r', {epoch: 'e', offset: 7});
      await a.setCursor('q', 's', {epoch: 'f', offset: 0});
      expect(await b.cursor('q', 'r')).toEqual({epoch: 'e', offset: 7});
      expect(await b.cursor('other', 'r')).toBeUndefined();
      const seen = new Set<string>();
      for (let next: string | undefined, first = true; first || next !== undefined; first = false) {
        const page = await b.rooms('q', next);
        for (const room of page.rooms) seen.add(room);
        ({next} = page);
      }
      expect([...seen].sort()).toEqual(['r', 's']);
    });

    test('[HOOK3] nothing is queued while the store is away', async () => {
      const cluster = await make(1);
      const {outbox} = nodeOf(cluster, 0);
      await cluster.setAvailable(false);
      await expect(outbox.put('q', ['1'], 10)).rejects.toMatchObject({code: 'unavailable'});
      await cluster.setAvailable(true);
      expect(await textsOf(outbox, 'q')).toEqual([]);
    });
  });
}
