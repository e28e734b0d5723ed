import {describe, expect, test} from 'vitest';
import {scheduledKeptMs, type NewScheduled, type Scheduled, type ScheduledItem} from '../../ports.js';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const hour = 3_600_000;
const later = (id: string, inMs = hour, text = `text of ${id}`): NewScheduled => ({id, when: {inMs}, text});
const ids = (items: readonly ScheduledItem[]): string[] => items.map(({id}) => id);
const bounds = {pushes: 3, bytes: 40, aheadMs: 2 * hour};

/** What every twin of the schedule guarantees. */
export function scheduledContract(name: string, makeCluster: MakeCluster): void {
  describe(`scheduled: ${name}`, () => {
    const make = clusters(makeCluster);
    const two = async (...how: [Parameters<MakeCluster>[1]?]): Promise<[Scheduled, Scheduled]> => {
      const cluster = await make(2, ...how);
      return [nodeOf(cluster, 0).scheduled, nodeOf(cluster, 1).scheduled];
    };

    test('[PUSH12] what one node puts every node lists, by when it is due and then as it was put, in pages', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).scheduled, nodeOf(cluster, 1).scheduled];
      const at = cluster.now() + hour;
      for (const id of ['one', 'two', 'three']) await a.put({id, when: {at}, text: `über ${id}`});
      await b.put(later('first', 1_000));
      const all = await b.list({limit: 10});
      expect(ids(all)).toEqual(['first', 'one', 'two', 'three']);
      expect(all[1]).toMatchObject({id: 'one', at, text: 'über one'});
      const page = await a.list({limit: 2});
      expect(ids(page)).toEqual(['first', 'one']);
      expect(ids(await a.list({after: page[1]?.position ?? '', limit: 2}))).toEqual(['two', 'three']);
      expect(await b.size()).toBe(4);
      expect(await b.get('two')).toEqual({state: 'waiting', item: all[2]});
      expect(await b.get('never')).toEqual({state: 'unknown'});
    });

    test('[PUSH12] an id is put once, while it waits and for an hour after', async () => {
      const [a, b] = await two();
      const first = await a.put(later('one', 0));
      expect(first).toMatchObject({outcome: 'scheduled'});
      expect(await b.put(later('one', hour))).toEqual(first);
      expect(await b.size()).toBe(1);
      expect(ids(await a.take(1, 10))).toEqual(['one']);
      expect(await a.settle('one', 1, 'done so')).toBe(true);
      expect(await b.put(later('one', hour))).toEqual({...first, outcome: 'over'});
      expect(await b.get('one')).toMatchObject({state: 'over', note: 'done so'});
      expect(await b.size()).toBe(0);
      expect(scheduledKeptMs).toBe(hour);
    });

    test('[PUSH12] what is due is given once to each holder, in order, and again to the next until one settles it', async () => {
      const [a, b] = await two();
      await a.put(later('later'));
      for (const id of ['one', 'two', 'three']) await b.put(later(id, 0));
      expect(ids(await a.take(5, 2))).toEqual(['one', 'two']);
      expect(ids(await a.take(5, 2))).toEqual(['three']);
      expect(await a.take(5, 2)).toEqual([]);
      expect(await a.settle('two', 5, '')).toBe(true);
      expect(ids(await b.take(6, 10))).toEqual(['one', 'three']);
      expect(await a.take(5, 10)).toEqual([]);
      expect(await a.settle('one', 5, 'too late')).toBe(false);
      expect(await b.settle('one', 6, '')).toBe(true);
      expect(await b.settle('one', 6, '')).toBe(false);
      expect(ids(await a.list({limit: 10}))).toEqual(['three', 'later']);
    });

    test('[PUSH12] what is put for the past is due at once', async () => {
      const [a, b] = await two();
      await a.put({id: 'one', when: {at: 1_000}, text: ''});
      expect(ids(await b.take(1, 10))).toEqual(['one']);
    });

    test('[PUSH12] nothing is due before its time', async () => {
      const cluster = await make(1);
      const {scheduled} = nodeOf(cluster, 0);
      await scheduled.put(later('one', 300));
      expect(await scheduled.take(1, 10)).toEqual([]);
      await cluster.pass(400);
      expect(ids(await scheduled.take(1, 10))).toEqual(['one']);
    });

    test('[PUSH14] what waits can be called off once; what is in hand, over or unknown cannot', async () => {
      const [a, b] = await two();
      await a.put(later('waiting'));
      await a.put(later('due', 0));
      await a.take(1, 10);
      expect(await b.cancel('due', '')).toBe('sending');
      expect(await b.get('due')).toMatchObject({state: 'sending'});
      expect(await b.cancel('waiting', 'never mind')).toBe('cancelled');
      expect(await a.get('waiting')).toMatchObject({state: 'over', note: 'never mind'});
      expect(await a.cancel('waiting', 'again')).toBe('over');
      expect(await a.cancel('nobody', '')).toBe('unknown');
      expect(await a.size()).toBe(1);
    });

    test('[PUSH15] bounds of number, size and time hold, and what is over makes room', async () => {
      const [a, b] = await two({scheduled: bounds});
      expect(await a.put(later('far', 2 * hour + 60_000))).toEqual({outcome: 'too_far'});
      for (const id of ['1', '2', '3']) await a.put(later(id, hour, 'ten bytes.'));
      expect(await b.put(later('4', hour, ''))).toEqual({outcome: 'full'});
      expect(await b.put(later('3', hour, ''))).toMatchObject({outcome: 'scheduled'});
      await b.cancel('1', '');
      expect(await a.put(later('4', hour, 'x'.repeat(21)))).toEqual({outcome: 'full'});
      expect(await a.put(later('4', hour, 'x'.repeat(20)))).toMatchObject({outcome: 'scheduled'});
    });

    test('[PUSH12] nothing is put while the store is away, and what was put is there when it is back', async () => {
      const cluster = await make(1);
      const {scheduled} = nodeOf(cluster, 0);
      await scheduled.put(later('one'));
      await cluster.setAvailable(false);
      await expect(scheduled.put(later('two'))).rejects.toMatchObject({code: 'unavailable'});
      await cluster.setAvailable(true);
      expect(ids(await scheduled.list({limit: 10}))).toEqual(['one']);
    });
  });
}
