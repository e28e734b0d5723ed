import {describe, expect, test} from 'vitest';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';

const bounds = {groups: {groups: 3, usersPerGroup: 5}};

/** What every twin of the groups guarantees. */
export function groupDirectoryContract(name: string, makeCluster: MakeCluster): void {
  describe(`groups: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[PERM5] a group is made once, and as many as may be', async () => {
      const cluster = await make(2, bounds);
      const made = await Promise.all(
        [0, 1, 0].map((at) => nodeOf(cluster, at).groups.create({group: 'staff', title: 'Staff'})),
      );
      expect(made.filter((one) => typeof one !== 'string')).toMatchObject([{group: 'staff', title: 'Staff', users: 0}]);
      const more = await Promise.all(
        ['a', 'b', 'c', 'd'].map((group, at) => nodeOf(cluster, at % 2).groups.create({group, title: group})),
      );
      expect(more.filter((one) => one === 'full')).toHaveLength(2);
      await nodeOf(cluster, 0).groups.addUsers('staff', ['ann', 'bob']);
      expect((await nodeOf(cluster, 1).groups.remove('staff'))?.toSorted()).toEqual(['ann', 'bob']);
      expect(await nodeOf(cluster, 0).groups.remove('staff')).toBeUndefined();
      expect(await nodeOf(cluster, 0).groups.get('staff')).toBeUndefined();
      expect(await nodeOf(cluster, 0).groups.create({group: 'crew', title: 'Crew'})).toMatchObject({group: 'crew'});
    });

    test('[PERM5] users are added all or none, and exactly as many as may be', async () => {
      const cluster = await make(2, bounds);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      expect(await a.groups.addUsers('staff', ['ann'])).toBe('unknown_group');
      expect(await a.groups.removeUsers('staff', ['ann'])).toBe('unknown_group');
      await a.groups.create({group: 'staff', title: 'Staff'});
      expect(await a.groups.addUsers('staff', ['ann', 'bob', 'ann'])).toBe(2);
      expect(await b.groups.addUsers('staff', ['ann', 'c', 'd', 'e', 'f'])).toBe('full');
      expect((await b.groups.get('staff'))?.users).toBe(2);
      const outcomes = await Promise.all(
        ['c', 'd', 'e', 'f', 'g', 'h'].map((user, at) => nodeOf(cluster, at % 2).groups.addUsers('staff', [user])),
      );
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(3);
      expect((await a.groups.get('staff'))?.users).toBe(5);
      expect(await a.groups.removeUsers('staff', ['ann', 'nobody'])).toBe(4);
    });

    test('[PERM5] who is in which group is known, also that nobody is in one that was deleted and made again', async () => {
      const cluster = await make(2, bounds);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      for (const group of ['staff', 'crew']) await a.groups.create({group, title: group});
      await a.groups.addUsers('staff', ['ann', 'bob']);
      await a.groups.addUsers('crew', ['bob']);
      const asked = ['staff', 'crew', 'nothing'];
      expect(await b.groups.among(asked, ['ann', 'bob', 'cat'])).toEqual(
        new Map([
          ['ann', new Set(['staff'])],
          ['bob', new Set(['staff', 'crew'])],
        ]),
      );
      await b.groups.remove('staff');
      await b.groups.create({group: 'staff', title: 'Staff'});
      expect(await a.groups.among(asked, ['ann', 'bob'])).toEqual(new Map([['bob', new Set(['crew'])]]));
    });

    test('[PERM5] groups and their users are paged in the order of their names', async () => {
      const cluster = await make(1, bounds);
      const {groups} = nodeOf(cluster, 0);
      for (const group of ['b', 'a', 'c']) await groups.create({group, title: group});
      await groups.addUsers('b', ['zoe', 'ann', 'bob']);
      const first = await groups.list({limit: 2});
      expect(first).toMatchObject({groups: [{group: 'a'}, {group: 'b', users: 3}], more: true});
      expect(await groups.list({after: 'b', limit: 2})).toMatchObject({groups: [{group: 'c'}], more: false});
      expect(await groups.users('b', {limit: 2})).toEqual({users: ['ann', 'bob'], more: true});
      expect(await groups.users('b', {after: 'bob', limit: 2})).toEqual({users: ['zoe'], more: false});
      expect(await groups.users('nothing', {limit: 2})).toBeUndefined();
    });
  });
}
