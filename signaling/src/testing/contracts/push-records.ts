import {describe, expect, test} from 'vitest';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const browsers = {browsers: 0, browsersReached: 0, browsersFailed: 0};
const nothing = {
  awaitsAcks: false,
  answered: false,
  addressed: 0,
  reached: 0,
  stored: 0,
  refused: 0,
  acknowledged: 0,
  taken: 0,
  superseded: 0,
  ...browsers,
};

const kept = {endsAt: 60_000, keepMs: 60_000, awaitsAcks: false};

/** What every twin of the records of pushes guarantees. */
export function pushRecordsContract(name: string, makeCluster: MakeCluster): void {
  describe(`push records: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[PUSH10] what nodes tell of a push is added up, and any node knows it', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).pushes, nodeOf(cluster, 1).pushes];
      await a.open('p1', {at: 5, expiresAt: 9, ...kept});
      expect(await b.get('p1')).toEqual({...nothing, at: 5, expiresAt: 9});
      await Promise.all([
        ...Array.from({length: 10}, () => a.count('p1', {acknowledged: 1, taken: 1})),
        ...Array.from({length: 10}, () => b.count('p1', {acknowledged: 2, superseded: 1, browsersReached: 1})),
        a.answer('p1', {addressed: 4, reached: 3, stored: 2, refused: 1, browsers: 11}),
      ]);
      const answer = {addressed: 4, reached: 3, stored: 2, refused: 1, browsers: 11};
      const counted = {acknowledged: 30, taken: 10, superseded: 10, browsersReached: 10, browsersFailed: 0};
      expect(await b.get('p1')).toEqual({...nothing, at: 5, expiresAt: 9, answered: true, ...answer, ...counted});
      await b.open('p1', {at: 7, ...kept});
      await b.answer('p1', answer);
      expect(await a.get('p1')).toEqual({...nothing, at: 5, expiresAt: 9, answered: true, ...answer, ...counted});
    });

    test('[PUSH10] nothing is known of a push that was not opened, nor after its time', async () => {
      const cluster = await make(1);
      const {pushes} = nodeOf(cluster, 0);
      await pushes.count('p1', {acknowledged: 1});
      await pushes.answer('p1', {addressed: 1, reached: 1, stored: 1, refused: 0, browsers: 0});
      expect(await pushes.get('p1')).toBeUndefined();
      await pushes.open('p2', {at: 5, ...kept, keepMs: 300});
      expect(await pushes.get('p2')).toEqual({...nothing, at: 5});
      await cluster.pass(400);
      await pushes.count('p2', {acknowledged: 1});
      expect(await pushes.get('p2')).toBeUndefined();
    });

    test('[PUSH17] a push is due at its end, or when nothing more can become of it, the first first, until it is settled', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).pushes, nodeOf(cluster, 1).pushes];
      const answer = {addressed: 2, reached: 2, stored: 2, refused: 0, browsers: 0};
      await a.open('late', {at: 5, ...kept, endsAt: 300});
      await a.open('early', {at: 5, ...kept, endsAt: 200});
      await a.open('taken', {at: 5, ...kept});
      await a.open('acked', {at: 6, ...kept, awaitsAcks: true});
      await a.open('shown', {at: 7, ...kept});
      await a.answer('taken', answer);
      await a.answer('acked', {...answer, stored: 0});
      await a.answer('shown', {...answer, stored: 0, browsers: 1});
      expect(await b.due(199, 10)).toEqual([]);
      expect(await b.due(300, 10)).toEqual(['early', 'late']);
      expect(await b.due(300, 1)).toEqual(['early']);
      await Promise.all([a.count('taken', {taken: 1}), b.count('taken', {superseded: 1})]);
      expect(await b.due(199, 10)).toEqual(['taken']);
      await a.settle(['taken', 'early']);
      await b.settle(['taken', 'nobody knows']);
      await b.count('acked', {acknowledged: 2});
      await b.count('shown', {browsersFailed: 1});
      // An acknowledgement of another device.
      await b.count('taken', {acknowledged: 1});
      expect([...(await b.due(199, 10))].sort()).toEqual(['acked', 'shown']);
      await a.settle(await a.due(300, 10));
      expect(await b.due(100_000, 10)).toEqual([]);
    });
  });
}
