import {describe, expect, test} from 'vitest';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';
import {numbered, RecordingFeed} from './recording-feed.js';

const many = Array.from({length: 100}, (_, index) => index + 1);
const unavailable = expect.objectContaining({code: 'unavailable', retryAfterMs: expect.any(Number) as number}) as Error;

/** What every twin of the room feeds guarantees. */
export function roomFeedsContract(name: string, makeCluster: MakeCluster): void {
  describe(`room feeds: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[FEED1] offsets are 1, 2, 3 … and every node sees the same order, whoever appends', async () => {
      const cluster = await make(3);
      const feeds = await Promise.all(cluster.nodes.map((node) => RecordingFeed.open(node, 'lobby')));
      const answers = await Promise.all(
        many.map((n) => nodeOf(cluster, n % 3).feeds.append('lobby', numbered(n), {key: `k${n}`})),
      );
      expect(answers.map(({offset}) => offset).sort((a, b) => a - b)).toEqual(many);
      await eventually(() => {
        for (const {offsets} of feeds) expect(offsets).toEqual(many);
      });
      const [first, ...others] = feeds.map(({entries}) => entries);
      for (const entries of others) expect(entries).toEqual(first);
      for (const {epoch, offset, at} of answers)
        expect(first?.[offset - 1]).toMatchObject({epoch, offset, at, name: 'chat.message'});
    });

    test('[FEED1] one node’s appends in a row keep their order, and time never goes back', async () => {
      const cluster = await make(2);
      const feed = await RecordingFeed.open(nodeOf(cluster, 1), 'lobby');
      await Promise.all(many.map((n) => nodeOf(cluster, 0).feeds.append('lobby', numbered(n))));
      await eventually(() => {
        expect(feed.entries.map(({data}) => data['n'])).toEqual(many);
      });
      const times = feed.entries.map(({at}) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    test('[FEED2] nothing that is appended after open resolved is missed, and nothing before it is told', async () => {
      const cluster = await make(2);
      await nodeOf(cluster, 0).feeds.append('lobby', numbered(1));
      const feed = await RecordingFeed.open(nodeOf(cluster, 1), 'lobby');
      expect(feed.feed.position.offset).toBe(1);
      await nodeOf(cluster, 0).feeds.append('lobby', numbered(2));
      await eventually(() => {
        expect(feed.offsets).toEqual([2]);
      });
      expect(feed.feed.position).toEqual({epoch: feed.entries[0]?.epoch, offset: 2});
    });

    test('[FEED2] two openings of a room on one node are independent, and a closed one hears nothing more', async () => {
      const cluster = await make(1);
      const node = nodeOf(cluster, 0);
      const closing = await RecordingFeed.open(node, 'lobby');
      const staying = await RecordingFeed.open(node, 'lobby');
      await node.feeds.append('lobby', numbered(1));
      await eventually(() => {
        expect([closing.offsets, staying.offsets]).toEqual([[1], [1]]);
      });
      await closing.feed.close();
      await node.feeds.append('lobby', numbered(2));
      await eventually(() => {
        expect(staying.offsets).toEqual([1, 2]);
      });
      expect(closing.offsets).toEqual([1]);
    });

    test('[FEED2] closing and opening again in one turn misses nothing', async () => {
      const cluster = await make(2);
      const node = nodeOf(cluster, 1);
      const first = await RecordingFeed.open(node, 'lobby');
      const closed = first.feed.close();
      const again = await RecordingFeed.open(node, 'lobby');
      await closed;
      await nodeOf(cluster, 0).feeds.append('lobby', numbered(1));
      await eventually(() => {
        expect(again.offsets).toEqual([1]);
      });
      expect(first.offsets).toEqual([]);
    });

    test('[FEED3] the same key again is not appended and gets the first answer, on any node', async () => {
      const cluster = await make(2);
      const feed = await RecordingFeed.open(nodeOf(cluster, 0), 'lobby');
      const first = await nodeOf(cluster, 0).feeds.append('lobby', numbered(1), {key: 'k'});
      const again = await nodeOf(cluster, 1).feeds.append('lobby', numbered(2), {key: 'k'});
      expect(first.repeated).toBe(false);
      expect(again).toEqual({...first, repeated: true});
      const elsewhere = await nodeOf(cluster, 1).feeds.append('attic', numbered(3), {key: 'k'});
      expect(elsewhere.repeated).toBe(false);
      await nodeOf(cluster, 0).feeds.append('lobby', numbered(4));
      await eventually(() => {
        expect(feed.entries.map(({data}) => data['n'])).toEqual([1, 4]);
      });
    });

    test('[FEED1] what is appended together stands together, whatever else is appended meanwhile', async () => {
      const cluster = await make(2);
      const feed = await RecordingFeed.open(nodeOf(cluster, 1), 'lobby');
      const groups = many.slice(0, 10).map((g) => Array.from({length: 20}, (_, n) => g * 1_000 + n));
      const [answers] = await Promise.all([
        Promise.all(
          groups.map((group, g) =>
            nodeOf(cluster, g % 2).feeds.appendTogether(
              'lobby',
              group.map((n) => ({event: numbered(n)})),
            ),
          ),
        ),
        Promise.all(many.map((n) => nodeOf(cluster, n % 2).feeds.append('lobby', numbered(n)))),
      ]);
      await eventually(() => {
        expect(feed.entries).toHaveLength(300);
      });
      for (const [g, group] of groups.entries()) {
        const first = answers[g]?.[0]?.offset ?? 0;
        expect(answers[g]?.map(({offset}) => offset)).toEqual(group.map((_, n) => first + n));
        expect(feed.entries.slice(first - 1, first + 19).map(({data}) => data['n'])).toEqual(group);
      }
    });

    test('[FEED3] of what is appended together, keys that were used before are left out and answered', async () => {
      const cluster = await make(2);
      const first = await nodeOf(cluster, 0).feeds.append('lobby', numbered(1), {key: 'k1'});
      const answers = await nodeOf(cluster, 1).feeds.appendTogether('lobby', [
        {event: numbered(2), key: 'k2'},
        {event: numbered(3), key: 'k1'},
        {event: numbered(4)},
      ]);
      expect(answers).toEqual([
        expect.objectContaining({offset: 2, repeated: false}),
        {...first, repeated: true},
        expect.objectContaining({offset: 3, repeated: false}),
      ]);
      const again = await nodeOf(cluster, 0).feeds.append('lobby', numbered(2), {key: 'k2'});
      expect(again).toEqual({...answers[0], repeated: true});
    });

    test('[FEED6] while the store is away nothing of what is appended together is taken', async () => {
      const cluster = await make(1);
      const {feeds} = nodeOf(cluster, 0);
      const together = [{event: numbered(1), key: 'k1'}, {event: numbered(2)}];
      await cluster.setAvailable(false);
      await expect(feeds.appendTogether('lobby', together)).rejects.toEqual(unavailable);
      await cluster.setAvailable(true);
      expect((await feeds.appendTogether('lobby', together)).map(({offset}) => offset)).toEqual([1, 2]);
    });

    test('[FEED3] a key is forgotten after its time', async () => {
      const cluster = await make(1, {idempotencyMs: 50});
      const {feeds} = nodeOf(cluster, 0);
      await feeds.append('lobby', numbered(1), {key: 'k'});
      await cluster.pass(100);
      expect(await feeds.append('lobby', numbered(2), {key: 'k'})).toMatchObject({offset: 2, repeated: false});
    });

    test('[FEED6] while the store is away appends are refused, and afterwards nothing is missing', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const told: boolean[] = [];
      a.onAvailability((available) => told.push(available));
      const feed = await RecordingFeed.open(b, 'lobby');
      await a.feeds.append('lobby', numbered(1), {key: 'k1'});
      await cluster.setAvailable(false);
      expect([a.available, b.available]).toEqual([false, false]);
      await expect(a.feeds.append('lobby', numbered(2), {key: 'k2'})).rejects.toEqual(unavailable);
      await expect(a.feeds.read('lobby', {limit: 1})).rejects.toEqual(unavailable);
      await cluster.setAvailable(true);
      expect(told).toEqual([false, true]);
      await a.feeds.append('lobby', numbered(2), {key: 'k2'});
      await eventually(() => {
        expect(feed.entries.map(({data}) => data['n'])).toEqual([1, 2]);
      });
      expect(feed.resets).toEqual([]);
    });

    test('[FEED7] a log is bounded by count', async () => {
      const cluster = await make(1, {log: {events: 10, bytes: 1_000_000, ageMs: 60_000}});
      const {feeds} = nodeOf(cluster, 0);
      for (const n of many) await feeds.append('lobby', numbered(n));
      const page = await feeds.read('lobby', {limit: 1_000});
      expect(page).toMatchObject({head: 100, tail: 91});
      expect(page.entries.map(({offset}) => offset)).toEqual(many.slice(-10));
    });

    test('[FEED7] a log is bounded by bytes', async () => {
      const cluster = await make(1, {log: {events: 1_000, bytes: 10_000, ageMs: 60_000}});
      const {feeds} = nodeOf(cluster, 0);
      for (const n of many) await feeds.append('lobby', {name: 'chat.message', data: {n, text: 'x'.repeat(1_000)}});
      const {entries, tail, head} = await feeds.read('lobby', {limit: 1_000});
      expect(head).toBe(100);
      expect(entries.length).toBe(head - tail + 1);
      expect(entries.length).toBeGreaterThan(4);
      expect(entries.length).toBeLessThan(11);
    });

    test('[FEED7] a log is bounded by age, and its offsets go on', async () => {
      const cluster = await make(1, {log: {events: 1_000, bytes: 1_000_000, ageMs: 200}});
      const {feeds} = nodeOf(cluster, 0);
      const {epoch} = await feeds.append('lobby', numbered(1));
      await cluster.pass(300);
      expect(await feeds.read('lobby', {limit: 10})).toEqual({epoch, head: 1, tail: 2, entries: []});
      expect(await feeds.append('lobby', numbered(2))).toMatchObject({epoch, offset: 2});
      expect((await feeds.read('lobby', {limit: 10})).entries.map(({offset}) => offset)).toEqual([2]);
    });

    test('[FEED8] an ephemeral event reaches the open feeds of the room and is not stored', async () => {
      const cluster = await make(2);
      const feeds = await Promise.all(cluster.nodes.map((node) => RecordingFeed.open(node, 'lobby')));
      const elsewhere = await RecordingFeed.open(nodeOf(cluster, 1), 'attic');
      const event = {name: 'chat.typing', data: {user: 'ann', typing: true}};
      nodeOf(cluster, 0).feeds.publish('lobby', event);
      await eventually(() => {
        for (const {ephemeral} of feeds) expect(ephemeral).toEqual([event]);
      });
      expect(elsewhere.ephemeral).toEqual([]);
      expect(await nodeOf(cluster, 0).feeds.read('lobby', {limit: 10})).toMatchObject({head: 0, tail: 1, entries: []});
    });

    test('[CHAT5] a log is read in pages: the newest, those after and those before an offset', async () => {
      const cluster = await make(1);
      const {feeds} = nodeOf(cluster, 0);
      for (const n of many.slice(0, 10)) await feeds.append('lobby', numbered(n));
      const read = async (query: {after?: number; before?: number; limit: number}): Promise<number[]> =>
        (await feeds.read('lobby', query)).entries.map(({offset}) => offset);
      expect(await read({limit: 3})).toEqual([8, 9, 10]);
      expect(await read({after: 0, limit: 3})).toEqual([1, 2, 3]);
      expect(await read({after: 8, limit: 3})).toEqual([9, 10]);
      expect(await read({after: 10, limit: 3})).toEqual([]);
      expect(await read({after: 99, limit: 3})).toEqual([]);
      expect(await read({before: 4, limit: 2})).toEqual([2, 3]);
      expect(await read({before: 2, limit: 5})).toEqual([1]);
      expect(await read({before: 1, limit: 5})).toEqual([]);
    });

    test('[SES4] recent entries are given entirely or not at all', async () => {
      const cluster = await make(1, {log: {events: 5, bytes: 1_000_000, ageMs: 60_000}});
      const node = nodeOf(cluster, 0);
      const feed = await RecordingFeed.open(node, 'lobby');
      for (const n of many.slice(0, 10)) await node.feeds.append('lobby', numbered(n));
      await eventually(() => {
        expect(feed.feed.position.offset).toBe(10);
      });
      expect(feed.feed.recent(10)).toEqual([]);
      expect(feed.feed.recent(7)?.map(({data}) => data['n'])).toEqual([8, 9, 10]);
      expect(feed.feed.recent(5)?.length).toBe(5);
      expect(feed.feed.recent(11)).toBeUndefined();
    });

    test('[SES4] an empty room has a position that is the same on every node', async () => {
      const cluster = await make(2);
      const [a, b] = await Promise.all(cluster.nodes.map((node) => RecordingFeed.open(node, 'lobby')));
      expect(a?.feed.position).toEqual(b?.feed.position);
      expect(a?.feed.position.offset).toBe(0);
      expect(a?.feed.recent(0)).toEqual([]);
    });
  });
}
