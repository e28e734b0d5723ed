import {describe, expect, test} from 'vitest';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';
import {join, leave, told} from './members.js';
import {RecordingFeed} from './recording-feed.js';

const lobby = {room: 'lobby', title: 'The lobby', maxMembers: 10};

/** What every twin of the room directory guarantees. */
export function roomDirectoryContract(name: string, makeCluster: MakeCluster): void {
  describe(`room directory: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[ROOM1] of any number of creators one makes the room', async () => {
      const cluster = await make(2);
      const made = await Promise.all([0, 1, 0, 1].map((index) => nodeOf(cluster, index).rooms.create(lobby)));
      const created = made.flatMap((outcome) => (outcome.outcome === 'created' ? [outcome.room] : []));
      expect(created).toMatchObject([{...lobby, slowModeMs: 0, members: 0}]);
      expect(made.filter(({outcome}) => outcome === 'exists')).toHaveLength(3);
      expect(await nodeOf(cluster, 1).rooms.get('lobby')).toEqual(created[0]);
      expect(await nodeOf(cluster, 1).rooms.get('attic')).toBeUndefined();
    });

    test('[ROOM2] a user becomes a member once', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      const outcomes = await Promise.all([a, b, a, b].map((node) => join(node, 'lobby', 'ann', 'Ann')));
      expect(outcomes.map(({outcome}) => outcome).sort()).toEqual(['already', 'already', 'already', 'joined']);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({room: {...lobby, members: 1}, member: {user: 'ann', name: 'Ann'}});
      expect(await b.rooms.member('lobby', 'ann')).toMatchObject({user: 'ann', name: 'Ann'});
      expect(await b.rooms.member('lobby', 'bob')).toBeUndefined();
    });

    test('[ROOM3] the maximum of members is exact under concurrency', async () => {
      const cluster = await make(2);
      await nodeOf(cluster, 0).rooms.create(lobby);
      const outcomes = await Promise.all(
        Array.from({length: 30}, (_, index) => join(nodeOf(cluster, index % 2), 'lobby', `user-${index}`)),
      );
      const count = (wanted: string): number => outcomes.filter(({outcome}) => outcome === wanted).length;
      expect([count('joined'), count('full')]).toEqual([10, 20]);
      expect(await nodeOf(cluster, 1).rooms.get('lobby')).toMatchObject({members: 10});
      expect(await join(nodeOf(cluster, 1), 'attic', 'ann')).toEqual({outcome: 'unknown_room'});
    });

    test('[ROOM4] a membership ends once, and frees its place', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create({...lobby, maxMembers: 1});
      await join(a, 'lobby', 'ann', 'Ann');
      expect(await b.rooms.roomsOf('ann')).toEqual(['lobby']);
      const member = await b.rooms.member('lobby', 'ann');
      expect(member).toMatchObject({user: 'ann', name: 'Ann'});
      const ended = await Promise.all(
        [a, b].map((node) => node.rooms.removeMember('lobby', member!, told('ann', 'left'))),
      );
      expect(ended.sort()).toEqual([false, true]);
      expect(await b.rooms.roomsOf('ann')).toEqual([]);
      expect(await b.rooms.removeMember('attic', member!, told('ann', 'left'))).toBe(false);
      expect(await join(b, 'lobby', 'bob')).toMatchObject({outcome: 'joined'});
    });

    test('[ROOM4] a membership that the user has renewed since is not the one that is ended', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      await join(a, 'lobby', 'ann');
      const first = await a.rooms.member('lobby', 'ann');
      await leave(b, 'lobby', 'ann');
      await join(b, 'lobby', 'ann');
      expect(await a.rooms.removeMember('lobby', first!, told('ann', 'left'))).toBe(false);
      expect(await b.rooms.member('lobby', 'ann')).toBeDefined();
    });

    test('[ROOM2] coming and going is in the feed in the same step: once each, and nothing of what did not happen', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create({...lobby, maxMembers: 1});
      const heard = await RecordingFeed.open(b, 'lobby');
      await Promise.all([a, b, a].map((node) => join(node, 'lobby', 'ann')));
      // There is no place, and no such room.
      await Promise.all([join(b, 'lobby', 'bob'), join(a, 'attic', 'ann')]);
      const {epoch, head} = await a.feeds.read('lobby', {limit: 1});
      expect(head).toBe(1);
      await Promise.all([leave(a, 'lobby', 'ann'), leave(b, 'lobby', 'ann')]);
      await join(b, 'lobby', 'bob');
      await eventually(() => {
        expect(
          heard.entries.map(({epoch: each, offset, data}) => [each, offset, data['user'], data['change']]),
        ).toEqual([
          [epoch, 1, 'ann', 'joined'],
          [epoch, 2, 'ann', 'left'],
          [epoch, 3, 'bob', 'joined'],
        ]);
      });
      expect(await a.feeds.read('attic', {limit: 5})).toMatchObject({head: 0, entries: []});
      expect((await a.feeds.read('lobby', {limit: 5})).entries).toEqual(heard.entries);
    });

    test('[ROOM5] rooms and members are paged in the order of their names', async () => {
      const cluster = await make(1);
      const {rooms} = nodeOf(cluster, 0);
      const names = ['Zoo', 'attic', 'b', 'b.2', 'b:1', 'lobby', 'zoo'];
      const shuffled = ['lobby', 'zoo', 'b:1', 'Zoo', 'b', 'attic', 'b.2'];
      for (const room of shuffled) await rooms.create({...lobby, room});
      for (const user of shuffled) await join(nodeOf(cluster, 0), 'lobby', user);
      const sorted = [...names].sort();
      const listed: string[] = [];
      const found: string[] = [];
      for (let more = true; more;) {
        const page = await rooms.list({...after(listed), limit: 2});
        listed.push(...page.rooms.map(({room}) => room));
        more = page.more;
      }
      for (let more = true; more;) {
        const page = await rooms.members('lobby', {...after(found), limit: 3});
        found.push(...page.members.map(({user}) => user));
        more = page.more;
      }
      expect(listed).toEqual(sorted);
      expect(found).toEqual(sorted);
      expect(await rooms.members('nowhere', {limit: 3})).toEqual({members: [], more: false});
      expect((await rooms.list({after: 'b.1', limit: 1})).rooms.map(({room}) => room)).toEqual(['b.2']);
    });

    test('[ROOM5] a page that ends with the last one says that there is no more', async () => {
      const cluster = await make(1);
      const {rooms} = nodeOf(cluster, 0);
      for (const room of ['a', 'b']) await rooms.create({...lobby, room});
      expect(await rooms.list({limit: 2})).toMatchObject({more: false});
      expect(await rooms.list({limit: 1})).toMatchObject({more: true});
      expect(await rooms.list({after: 'b', limit: 1})).toEqual({rooms: [], more: false});
    });
  });
}

const after = (names: readonly string[]): {after?: string} => {
  const last = names.at(-1);
  return last === undefined ? {} : {after: last};
};
