import {describe, expect, test} from 'vitest';
import type {Inboxes, InboxPage, NewInboxPush, PutOutcome} from '../../ports.js';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const minute = 60_000;
const push = (id: string, more: Partial<NewInboxPush> = {}): NewInboxPush => ({
  id,
  json: JSON.stringify({topic: 'news', data: `about ${id}`}),
  ttlMs: minute,
  ...more,
});
const ids = ({entries}: InboxPage): string[] => entries.map(({id}) => id);
const up = ({epoch, head}: InboxPage): {epoch: string; offset: number} => ({epoch, offset: head});

async function stored(outcome: Promise<PutOutcome>): Promise<PutOutcome & {ok: true}> {
  const put = await outcome;
  if (!put.ok) throw new Error(`The push was not put: ${put.reason}.`);
  return put;
}

/** What every twin of the inboxes guarantees. */
export function inboxesContract(name: string, makeCluster: MakeCluster): void {
  describe(`inboxes: ${name}`, () => {
    const make = clusters(makeCluster);
    const two = async (...bounds: [Parameters<MakeCluster>[1]?]): Promise<[Inboxes, Inboxes]> => {
      const cluster = await make(2, ...bounds);
      return [nodeOf(cluster, 0).inboxes, nodeOf(cluster, 1).inboxes];
    };

    test('[PUSH6] what is put is read by each device on any node, in order, until that device acknowledges it', async () => {
      const [a, b] = await two();
      await a.read('ada', 'laptop');
      await b.read('ada', 'phone');
      const first = await stored(a.put('ada', push('p1')));
      const second = await stored(b.put('ada', push('p2')));
      expect([first.entry.offset, second.entry.offset]).toEqual([1, 2]);
      expect(first.epoch).toBe(second.epoch);
      const page = await b.read('ada', 'laptop');
      expect(page).toMatchObject({epoch: first.epoch, head: 2, entries: [first.entry, second.entry]});
      expect(page.entries[0]?.json).toBe(push('p1').json);
      expect(first.entry.expiresAt - first.entry.at).toBe(minute);
      expect(await a.acknowledge('ada', 'laptop', {epoch: first.epoch, offset: 1})).toEqual([
        {id: 'p1', expiresAt: first.entry.expiresAt, first: true},
      ]);
      expect(ids(await a.read('ada', 'laptop'))).toEqual(['p2']);
      expect(ids(await b.read('ada', 'phone'))).toEqual(['p1', 'p2']);
      expect(await b.acknowledge('ada', 'phone', up(page))).toEqual([
        {id: 'p1', expiresAt: first.entry.expiresAt, first: false},
        {id: 'p2', expiresAt: second.entry.expiresAt, first: true},
      ]);
      expect(ids(await a.read('ada', 'phone'))).toEqual([]);
      expect(ids(await a.read('ada', 'laptop'))).toEqual(['p2']);
      expect(ids(await a.read('bob', 'laptop'))).toEqual([]);
    });

    test('[PUSH6] acknowledging twice, late, too far or of another epoch does no harm', async () => {
      const [a, b] = await two();
      await a.read('ada', 'laptop');
      await a.read('ada', 'phone');
      const {epoch} = await stored(a.put('ada', push('p1')));
      expect(await a.acknowledge('ada', 'laptop', {epoch: 'another', offset: 9})).toEqual([]);
      expect(ids(await a.read('ada', 'laptop'))).toEqual(['p1']);
      expect(await a.acknowledge('ada', 'laptop', {epoch, offset: 99})).toHaveLength(1);
      expect(await b.acknowledge('ada', 'laptop', {epoch, offset: 1})).toEqual([]);
      await a.put('ada', push('p2'));
      expect(ids(await a.read('ada', 'laptop'))).toEqual(['p2']);
      expect(await a.acknowledge('nobody', 'laptop', {epoch, offset: 1})).toEqual([]);
    });

    test('[PUSH6] a place in this epoch is read on from, another is not believed', async () => {
      const [a] = await two();
      const {epoch} = await stored(a.put('ada', push('p1')));
      await a.put('ada', push('p2'));
      expect(ids(await a.read('ada', '', {epoch, offset: 1}))).toEqual(['p2']);
      expect(ids(await a.read('ada', '', {epoch, offset: 2}))).toEqual([]);
      expect(ids(await a.read('ada', '', {epoch: 'another', offset: 2}))).toEqual(['p1', 'p2']);
    });

    test('[PUSH6] what all known devices have is no longer kept, and a new device gets what is', async () => {
      const [a] = await two();
      await a.read('ada', 'laptop');
      await a.read('ada', 'phone');
      const {epoch} = await stored(a.put('ada', push('p1')));
      await a.put('ada', push('p2'));
      await a.acknowledge('ada', 'laptop', {epoch, offset: 2});
      await a.acknowledge('ada', 'phone', {epoch, offset: 1});
      expect(ids(await a.read('ada', 'tablet'))).toEqual(['p2']);
    });

    test('[PUSH6] the same push put again while it is kept is there once', async () => {
      const [a, b] = await two();
      const first = await stored(a.put('ada', push('p1')));
      expect(first.repeated).toBe(false);
      expect(await b.put('ada', push('p1'))).toEqual({...first, ok: true, repeated: true});
      expect(ids(await a.read('ada', ''))).toEqual(['p1']);
    });

    test('[PUSH7] what has expired is given to nobody, and what is left keeps its place', async () => {
      const cluster = await make(1);
      const {inboxes} = nodeOf(cluster, 0);
      const {epoch} = await stored(inboxes.put('ada', push('p1', {ttlMs: 400})));
      await inboxes.put('ada', push('p2'));
      await inboxes.put('ada', push('p3', {ttlMs: 400}));
      await cluster.pass(500);
      const page = await inboxes.read('ada', '');
      expect(page).toMatchObject({epoch, head: 3, entries: [{id: 'p2', offset: 2}]});
      expect(await inboxes.acknowledge('ada', '', up(page))).toMatchObject([{id: 'p2', first: true}]);
    });

    test('[PUSH7] once everything has expired the inbox begins anew, and older places mean nothing in it', async () => {
      const cluster = await make(1);
      const {inboxes} = nodeOf(cluster, 0);
      await inboxes.read('ada', '');
      const first = await stored(inboxes.put('ada', push('p1', {ttlMs: 200})));
      await inboxes.acknowledge('ada', '', {epoch: first.epoch, offset: 1});
      await cluster.pass(300);
      const second = await stored(inboxes.put('ada', push('p2')));
      expect(second.epoch).not.toBe(first.epoch);
      expect(ids(await inboxes.read('ada', '', {epoch: first.epoch, offset: 1}))).toEqual(['p2']);
    });

    test('[PUSH8] the newest of a collapse key takes the place of the one before, which is told if nobody had it', async () => {
      const [a, b] = await two();
      await a.read('ada', 'laptop');
      await a.read('ada', 'phone');
      const {epoch, entry} = await stored(a.put('ada', push('p1', {collapseKey: 'score'})));
      await a.put('ada', push('p2', {collapseKey: 'other'}));
      expect(await stored(b.put('ada', push('p3', {collapseKey: 'score'})))).toMatchObject({
        entry: {offset: 3},
        superseded: [{id: 'p1', expiresAt: entry.expiresAt}],
      });
      expect(ids(await a.read('ada', 'phone'))).toEqual(['p2', 'p3']);
      await a.acknowledge('ada', 'laptop', {epoch, offset: 3});
      expect(await stored(a.put('ada', push('p4', {collapseKey: 'score'})))).toMatchObject({superseded: []});
      expect(ids(await a.read('ada', 'phone'))).toEqual(['p2', 'p4']);
    });

    test('[PUSH9] a full inbox refuses what is new, unless something gives way that a device has had', async () => {
      const [a] = await two({inboxes: {pushes: 3, bytes: 10_000, devices: 4}});
      await a.read('ada', 'laptop');
      await a.read('ada', 'phone');
      const {epoch} = await stored(a.put('ada', push('p1')));
      for (const id of ['p2', 'p3']) await stored(a.put('ada', push(id)));
      expect(await a.put('ada', push('p4'))).toEqual({ok: false, reason: 'full'});
      expect(ids(await a.read('ada', 'phone'))).toEqual(['p1', 'p2', 'p3']);
      await a.acknowledge('ada', 'laptop', {epoch, offset: 1});
      await stored(a.put('ada', push('p5')));
      expect(ids(await a.read('ada', 'phone'))).toEqual(['p2', 'p3', 'p5']);
      expect(await a.put('ada', push('p6'))).toEqual({ok: false, reason: 'full'});
      expect((await a.put('bob', push('p7'))).ok).toBe(true);
    });

    test('[PUSH9] an inbox is full by bytes as well, and a newer one of a collapse key needs no more room', async () => {
      const [a] = await two({inboxes: {pushes: 100, bytes: 2_500, devices: 4}});
      const json = JSON.stringify('x'.repeat(1_000));
      await stored(a.put('ada', push('p1', {json, collapseKey: 'k'})));
      await stored(a.put('ada', push('p2', {json})));
      expect((await a.put('ada', push('p3', {json}))).ok).toBe(false);
      await stored(a.put('ada', push('p4', {json, collapseKey: 'k'})));
      expect(ids(await a.read('ada', ''))).toEqual(['p2', 'p4']);
    });

    test('[PUSH9] no more devices are remembered than the bound, the one seen longest ago is forgotten', async () => {
      const cluster = await make(1, {inboxes: {pushes: 10, bytes: 10_000, devices: 2}});
      const {inboxes} = nodeOf(cluster, 0);
      const {epoch} = await stored(inboxes.put('ada', push('p1')));
      for (const device of ['one', 'two', 'three']) {
        await inboxes.read('ada', device);
        await cluster.pass(5);
      }
      for (const device of ['two', 'three']) await inboxes.acknowledge('ada', device, {epoch, offset: 1});
      // The first is no longer waited for.
      expect(ids(await inboxes.read('ada', 'one'))).toEqual([]);
    });

    test('[PUSH9] however many are put at once over two nodes, exactly as many as there is room for are kept', async () => {
      const [a, b] = await two({inboxes: {pushes: 20, bytes: 100_000, devices: 4}});
      const outcomes = await Promise.all(
        Array.from({length: 50}, (_, index) => (index % 2 === 0 ? a : b).put('ada', push(`p${index}`))),
      );
      expect(outcomes.filter(({ok}) => ok)).toHaveLength(20);
      const {entries} = await a.read('ada', '');
      expect(entries.map(({offset}) => offset)).toEqual(Array.from({length: 20}, (_, index) => index + 1));
    });

    test('what waits is counted by all nodes and in any order, and of what waited in vain one is told', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0).inboxes, nodeOf(cluster, 1).inboxes];
      const soon = cluster.now() + 400;
      const later = soon + minute;
      expect(await a.count([])).toEqual({waiting: 0, expired: 0});
      // What was taken may be told before that it was stored.
      expect(await a.count([{until: soon, users: -1}])).toEqual({waiting: 0, expired: 0});
      await Promise.all(
        [a, b].flatMap((node) =>
          Array.from({length: 10}, () =>
            node.count([
              {until: soon, users: 1},
              {until: later, users: 2},
            ]),
          ),
        ),
      );
      expect(await b.count([{until: later, users: -5}])).toEqual({waiting: 54, expired: 0});
      await cluster.pass(500);
      const told = await Promise.all([a.count([]), b.count([]), a.count([])]);
      expect(told.reduce((sum, {expired}) => sum + expired, 0)).toBe(19);
      expect(told.map(({waiting}) => waiting)).toEqual([35, 35, 35]);
    });

    test('of what is over, and was told to have ended more often than it began, nobody waited', async () => {
      const cluster = await make(1);
      const {inboxes} = nodeOf(cluster, 0);
      const past = cluster.now() - minute;
      const changes = [
        {until: past, users: -3},
        {until: past + 1, users: 2},
      ];
      expect(await inboxes.count(changes)).toEqual({waiting: 0, expired: 2});
      expect(await inboxes.count([])).toEqual({waiting: 0, expired: 0});
    });
  });
}
