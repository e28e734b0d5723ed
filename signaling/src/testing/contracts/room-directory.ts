import {describe, expect, test} from 'vitest';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';
import type {AddMemberOutcome, NewMember} from '../../ports.js';
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

    test('[ROOM1] the codecs of its calls are all in the usual order, or those that were set', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      expect(await b.rooms.get('lobby')).toMatchObject({videoCodecs: ['VP8', 'VP9', 'H264', 'AV1']});
      await a.rooms.create({...lobby, room: 'attic', videoCodecs: ['AV1', 'VP8']});
      expect(await b.rooms.get('attic')).toMatchObject({videoCodecs: ['AV1', 'VP8']});
      const changed = {videoCodecs: ['VP9'], slowModeMs: 0} as const;
      expect(await b.rooms.update('attic', changed)).toMatchObject(changed);
      expect(await a.rooms.get('attic')).toMatchObject({...changed, title: lobby.title});
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

    test('[PERM2] the creator of a room is its owner, and the room is told so, in the step that makes it', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const creators = ['ann', 'bob', 'cat', 'dan'].map((user) => ({user, name: user.toUpperCase()}));
      const made = await Promise.all(
        creators.map((owner, at) =>
          nodeOf(cluster, at % 2).rooms.create({...lobby, owner: {...owner, told: told(owner.user, 'joined')}}),
        ),
      );
      const created = made.findIndex(({outcome}) => outcome === 'created');
      expect(made[created]).toMatchObject({room: {access: 'open', joinAs: 'member', members: 1}});
      expect(made.filter(({outcome}) => outcome === 'exists')).toHaveLength(3);
      const owner = creators[created];
      const {members} = await a.rooms.members('lobby', {limit: 10});
      expect(members).toMatchObject([{...owner, role: 'owner', lent: false}]);
      const {entries} = await b.feeds.read('lobby', {limit: 10});
      expect(entries).toMatchObject([{offset: 1, data: {user: owner?.user, change: 'joined', role: 'owner'}}]);
      for (const {user} of creators) expect(await b.rooms.roomsOf(user)).toEqual(user === owner?.user ? ['lobby'] : []);
    });

    test('[PERM3] a closed room lets in who is invited, and who is lent a role as long as they are lent it', async () => {
      const cluster = await make(1);
      const {rooms, feeds} = nodeOf(cluster, 0);
      const add = (user: string, name: string, as?: NewMember['as']): Promise<AddMemberOutcome> =>
        rooms.addMember('lobby', {user, name, ...(as && {as})}, told(user, 'joined'));
      await rooms.create({...lobby, access: 'invited', joinAs: 'guest'});
      expect(await add('ann', 'Ann')).toEqual({outcome: 'closed', access: 'invited'});
      expect(await rooms.roomsOf('ann')).toEqual([]);
      expect(await add('ann', 'Ann', {kind: 'lent', role: 'moderator'})).toMatchObject({
        outcome: 'joined',
        member: {user: 'ann', name: 'Ann', role: 'moderator', lent: true},
      });
      expect(await add('ann', 'Ann')).toEqual({outcome: 'closed', access: 'invited'});
      expect(await add('ann', 'ann', {kind: 'own', role: 'member'})).toMatchObject({
        outcome: 'already',
        member: {name: 'Ann', role: 'member', lent: false},
      });
      expect(await add('ann', 'Annie')).toMatchObject({
        outcome: 'already',
        member: {name: 'Annie', role: 'member', lent: false},
      });
      expect(await rooms.update('lobby', {access: 'open', title: 'Hall'})).toMatchObject({
        title: 'Hall',
        access: 'open',
        joinAs: 'guest',
        members: 1,
      });
      expect(await add('bob', 'Bob')).toMatchObject({member: {role: 'guest', lent: false}});
      expect(await rooms.update('attic', {access: 'open'})).toBeUndefined();
      const {entries} = await feeds.read('lobby', {limit: 10});
      expect(entries.map(({data}) => data)).toMatchObject([
        {user: 'ann', role: 'moderator'},
        {user: 'bob', role: 'guest'},
      ]);
    });

    test('[PERM4] a member is given a role, or removed, as the member that was looked at, or not at all', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      await join(a, 'lobby', 'bob', 'Bob with spaces');
      const seen = await b.rooms.member('lobby', 'bob');
      if (!seen) throw new Error('bob is no member');
      // Of promoting and removing at once, whichever comes first decides about the other.
      const [promoted, removed] = await Promise.all([
        a.rooms.setRole('lobby', seen, 'admin', told('bob', 'role')),
        b.rooms.removeMember('lobby', seen, told('bob', 'removed')),
      ]);
      expect(promoted === undefined).toBe(removed);
      expect((await a.rooms.member('lobby', 'bob'))?.role).toBe(removed ? undefined : 'admin');
      if (promoted) expect(promoted).toEqual({...seen, role: 'admin'});
      expect(await b.rooms.setRole('lobby', seen, 'guest', told('bob', 'role'))).toBeUndefined();
      expect(await b.rooms.removeMember('attic', seen, told('bob', 'removed'))).toBe(false);
      const {entries} = await b.feeds.read('lobby', {limit: 10});
      expect(entries.map(({data}) => data['change'])).toEqual(['joined', removed ? 'removed' : 'role']);
    });

    test('[PERM5] groups have a role in a room, so many and no more, and standings say it all at once', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      expect(await a.rooms.setGroup('lobby', 'staff', 'admin')).toBe('unknown_room');
      expect(await a.rooms.standings('lobby', ['ann'])).toBeUndefined();
      await a.rooms.create({
        ...lobby,
        access: 'private',
        owner: {user: 'ann', name: 'Ann', told: told('ann', 'joined')},
      });
      expect(await a.rooms.setGroup('lobby', 'staff', 'admin')).toBe('set');
      expect(await a.rooms.setGroup('lobby', 'crew', 'guest')).toBe('set');
      const found = await b.rooms.standings('lobby', ['zoe', 'ann']);
      expect(found).toMatchObject({access: 'private', joinAs: 'member'});
      expect(found?.groups).toEqual(
        new Map([
          ['staff', 'admin'],
          ['crew', 'guest'],
        ]),
      );
      expect([...(found?.members ?? [])]).toMatchObject([['ann', {role: 'owner', lent: false}]]);
      expect(await b.rooms.setGroup('lobby', 'crew', undefined)).toBe('set');
      expect((await a.rooms.standings('lobby', []))?.groups).toEqual(new Map([['staff', 'admin']]));
      const outcomes = await Promise.all(
        Array.from({length: 25}, (_, n) => nodeOf(cluster, n % 2).rooms.setGroup('lobby', `g${n}`, 'guest')),
      );
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(6);
    });

    test('[PERM5] which rooms name a group is known, page by page, however it comes and goes', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const rooms = ['attic', 'den', 'lobby'];
      for (const room of rooms) {
        await a.rooms.create({...lobby, room});
        await a.rooms.setGroup(room, 'staff', 'guest');
      }
      await a.rooms.setGroup('den', 'staff', 'admin');
      await a.rooms.setGroup('nowhere', 'staff', 'admin');
      const first = await b.rooms.roomsOfGroup('staff', {limit: 2});
      expect(first).toEqual({
        rooms: [
          {room: 'attic', role: 'guest'},
          {room: 'den', role: 'admin'},
        ],
        more: true,
      });
      const rest = {rooms: [{room: 'lobby', role: 'guest'}], more: false};
      expect(await b.rooms.roomsOfGroup('staff', {after: 'den', limit: 2})).toEqual(rest);
      // Of naming and ceasing to at once either may come last: what is listed is what the room says.
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([a.rooms.setGroup('den', 'staff', undefined), b.rooms.setGroup('den', 'staff', 'guest')]);
        const isNamed = (await a.rooms.standings('den', []))?.groups.has('staff') === true;
        const listed = (await b.rooms.roomsOfGroup('staff', {limit: 9})).rooms.map(({room}) => room);
        expect(listed).toEqual(isNamed ? rooms : ['attic', 'lobby']);
      }
      expect(await a.rooms.roomsOfGroup('crew', {limit: 9})).toEqual({rooms: [], more: false});
    });
  });
}

const after = (names: readonly string[]): {after?: string} => {
  const last = names.at(-1);
  return last === undefined ? {} : {after: last};
};
