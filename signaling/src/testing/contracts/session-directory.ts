import {describe, expect, test} from 'vitest';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';
import {claim, plenty, session} from './sessions.js';

/** What every twin of the session directory guarantees. */
export function sessionDirectoryContract(name: string, makeCluster: MakeCluster): void {
  describe(`session directory: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[SES2] a session that went away is resumed on another node with its rooms and its call', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one', {device: 'phone'}), plenty);
      await a.sessions.join('session-one', 'lobby');
      await a.sessions.join('session-one', 'attic');
      await a.sessions.leave('session-one', 'attic');
      await a.sessions.setCall('session-one', 'lobby');
      await a.sessions.away('session-one', 1);
      const outcome = await b.sessions.resume(claim('one'));
      expect(outcome).toMatchObject({
        ok: true,
        generation: 2,
        previousNode: a.bus.node,
        presence: {user: 'ann', before: 'away', after: 'online'},
        record: {
          session: 'session-one',
          user: 'ann',
          name: 'Ann',
          device: 'phone',
          node: b.bus.node,
          state: 'connected',
          rooms: ['lobby'],
          call: 'lobby',
        },
      });
      if (outcome.ok) expect(await a.sessions.find('session-one')).toEqual(outcome.record);
    });

    test('[SES5] an unknown session, a wrong key and another user’s token resume nothing and change nothing', async () => {
      const cluster = await make(1);
      const {sessions} = nodeOf(cluster, 0);
      await sessions.create(session('one'), plenty);
      const before = await sessions.find('session-one');
      expect(await sessions.resume(claim('two'))).toEqual({ok: false, reason: 'unknown'});
      expect(
        await sessions.resume({...claim('one'), key: {family: 'family-two', own: 'key-1', generation: 1}}),
      ).toEqual({ok: false, reason: 'wrong_key'});
      expect(await sessions.resume({...claim('one'), user: 'bob'})).toEqual({ok: false, reason: 'wrong_key'});
      expect(await sessions.find('session-one')).toEqual(before);
    });

    test('[SES6] a connected session is taken over, and an older attempt evicts nothing', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      expect(await b.sessions.resume(claim('one', 3, 1))).toMatchObject({ok: true, previousNode: a.bus.node});
      expect(await a.sessions.resume(claim('one', 2, 1))).toEqual({ok: false, reason: 'stale_attempt'});
      expect(await a.sessions.find('session-one')).toMatchObject({node: b.bus.node, state: 'connected'});
    });

    test('[SES6] a late disconnect hurts no resumed session, be it resumed elsewhere or here', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await b.sessions.resume(claim('one', 2));
      expect(await a.sessions.away('session-one', 1)).toBeUndefined();
      await b.sessions.resume(claim('one', 3));
      expect(await b.sessions.away('session-one', 2)).toBeUndefined();
      expect(await b.sessions.find('session-one')).toMatchObject({state: 'connected'});
      expect(await b.sessions.away('session-one', 3)).toEqual({user: 'ann', before: 'online', after: 'away'});
      expect(await b.sessions.away('session-one', 3)).toBeUndefined();
    });

    test('[SES7] the session of a killed node resumes elsewhere at once', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await a.sessions.join('session-one', 'lobby');
      await cluster.kill(a);
      expect(await b.sessions.resume(claim('one'))).toMatchObject({
        ok: true,
        previousNode: a.bus.node,
        presence: {before: 'online', after: 'online'},
        record: {rooms: ['lobby'], node: b.bus.node},
      });
    });

    test('[SES7] the sessions of a lost node are marked away, each by one caller', async () => {
      const cluster = await make(3);
      const [a, b, c] = [nodeOf(cluster, 0), nodeOf(cluster, 1), nodeOf(cluster, 2)];
      for (const id of ['one', 'two', 'six']) await a.sessions.create(session(id, {user: `user-${id}`}), plenty);
      await b.sessions.create(session('own'), plenty);
      await cluster.kill(a);
      const marked = await Promise.all([
        b.sessions.markNodeLost(a.bus.node, 2),
        c.sessions.markNodeLost(a.bus.node, 2),
        b.sessions.markNodeLost(a.bus.node, 2),
      ]);
      expect(
        marked
          .flat()
          .map(({session}) => session)
          .sort(),
      ).toEqual(['session-one', 'session-six', 'session-two']);
      for (const {presence} of marked.flat()) expect(presence).toMatchObject({before: 'online', after: 'away'});
      expect(await c.sessions.find('session-one')).toMatchObject({state: 'away', node: a.bus.node});
      expect(await c.sessions.find('session-own')).toMatchObject({state: 'connected'});
    });

    test('[SES7] marking a lost node leaves alone what was resumed elsewhere before', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await b.sessions.resume(claim('one'));
      expect(await b.sessions.markNodeLost(a.bus.node, 10)).toEqual([]);
      expect(await b.sessions.find('session-one')).toMatchObject({state: 'connected'});
    });

    test('[SES8] a session that is not resumed in time is given to one caller, ended', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await a.sessions.create(session('two', {user: 'bob'}), plenty);
      await a.sessions.join('session-one', 'lobby');
      await a.sessions.away('session-one', 1);
      expect(await b.sessions.takeExpired(10)).toEqual([]);
      await cluster.pass(1_500);
      expect(await b.sessions.resume(claim('one'))).toEqual({ok: false, reason: 'unknown'});
      const taken = (await Promise.all([a.sessions.takeExpired(10), b.sessions.takeExpired(10)])).flat();
      expect(taken).toMatchObject([
        {record: {session: 'session-one', rooms: ['lobby']}, presence: {user: 'ann', before: 'away', after: 'offline'}},
      ]);
      expect(await a.sessions.find('session-one')).toBeUndefined();
      expect(await a.sessions.ofUser('ann')).toEqual([]);
    });

    test('[SES8] whoever had the lease before another that has looked already ends nothing', async () => {
      const cluster = await make(2);
      const [older, newer] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await older.sessions.create(session('one'), plenty);
      await older.sessions.away('session-one', 1);
      await cluster.pass(1_500);
      expect(await newer.sessions.takeExpired(0, 8)).toEqual([]);
      expect(await older.sessions.takeExpired(10, 7)).toEqual([]);
      expect(await newer.sessions.takeExpired(10, 8)).toMatchObject([{record: {session: 'session-one'}}]);
    });

    test('[SES8] a session resumed within its window does not expire', async () => {
      const cluster = await make(1);
      const {sessions} = nodeOf(cluster, 0);
      await sessions.create(session('one'), plenty);
      await sessions.away('session-one', 1);
      await sessions.resume(claim('one'));
      await cluster.pass(1_500);
      expect(await sessions.takeExpired(10)).toEqual([]);
      expect(await sessions.find('session-one')).toMatchObject({state: 'connected'});
    });

    test('[SES9] an ended session is gone for every node, and what comes late for it has no effect', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      expect(await b.sessions.end('session-one')).toMatchObject({
        record: {session: 'session-one', node: a.bus.node},
        presence: {before: 'online', after: 'offline'},
      });
      expect(await a.sessions.end('session-one')).toBeUndefined();
      expect(await a.sessions.away('session-one', 1)).toBeUndefined();
      await a.sessions.join('session-one', 'lobby');
      await a.sessions.leave('session-one', 'lobby');
      await a.sessions.setCall('session-one', 'lobby');
      expect(await a.sessions.resume(claim('one'))).toEqual({ok: false, reason: 'unknown'});
      expect(await a.sessions.find('session-one')).toBeUndefined();
    });

    test('[SES11] all sessions of a user are named, on all nodes, with their state', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await b.sessions.create(session('two', {device: 'phone'}), plenty);
      await b.sessions.create(session('six', {user: 'bob'}), plenty);
      await a.sessions.away('session-one', 1);
      const found = [...(await b.sessions.ofUser('ann'))].sort((x, y) => (x.session < y.session ? -1 : 1));
      expect(found).toMatchObject([
        {session: 'session-one', state: 'away', node: a.bus.node},
        {session: 'session-two', state: 'connected', node: b.bus.node, device: 'phone'},
      ]);
    });

    test('[PUSH1] a push asks where a user is connected: on which nodes now, and of nobody who is away, gone or unknown', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await b.sessions.create(session('two'), plenty);
      await a.sessions.create(session('six', {user: 'bob'}), plenty);
      await a.sessions.create(session('ten', {user: 'eve'}), plenty);
      await a.sessions.away('session-six', 1);
      await a.sessions.end('session-ten');
      const whereabouts = async (user: string): Promise<unknown> =>
        [...(await b.sessions.whereabouts(user))].sort((x, y) => (x.session < y.session ? -1 : 1));
      const [one, two] = [
        {session: 'session-one', node: a.bus.node},
        {session: 'session-two', node: b.bus.node},
      ];
      expect(await whereabouts('ann')).toEqual([one, two]);
      expect(await Promise.all(['bob', 'eve', 'nobody'].map(whereabouts))).toEqual([[], [], []]);
      await b.sessions.resume(claim('one'));
      expect(await whereabouts('ann')).toEqual([{...one, node: b.bus.node}, two]);
    });

    test('[PUSH1] of any number of users that are asked about at once each is answered for', async () => {
      const cluster = await make(1);
      const {sessions} = nodeOf(cluster, 0);
      const users = Array.from({length: 250}, (_, n) => `user-${n}`);
      await Promise.all(users.map((user) => sessions.create(session(user, {user}), plenty)));
      const asked = [...users, ...users.slice(100, 110)];
      const found = await Promise.all(asked.map((user) => sessions.whereabouts(user)));
      expect(found.map((places) => places.map((place) => place.session))).toEqual(
        asked.map((user) => [`session-${user}`]),
      );
    });

    test('[OPS30] whoever has a session, connected or away, is named page by page; whose last is over is not', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const users = Array.from({length: 40}, (_, n) => `user-${n}`);
      await Promise.all(users.map((user, n) => (n % 2 ? a : b).sessions.create(session(user, {user}), plenty)));
      await a.sessions.away('session-user-1', 1);
      await b.sessions.end('session-user-2');
      const found = new Set<string>();
      let cursor: string | undefined;
      do {
        const page = await b.sessions.users({limit: 7, ...(cursor !== undefined && {cursor})});
        for (const user of page.users) found.add(user);
        ({cursor} = page);
      } while (cursor !== undefined);
      expect([...found].sort()).toEqual(users.filter((user) => user !== 'user-2').sort());
    });

    test('[PRES1] a user is online while any session is connected, then away, then offline', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const change = (before: string, after: string): object => ({user: 'ann', before, after});
      expect(await a.sessions.create(session('one'), plenty)).toMatchObject({presence: change('offline', 'online')});
      expect(await b.sessions.create(session('two'), plenty)).toMatchObject({presence: change('online', 'online')});
      expect(await a.sessions.away('session-one', 1)).toEqual(change('online', 'online'));
      expect(await b.sessions.away('session-two', 1)).toEqual(change('online', 'away'));
      expect(await b.sessions.end('session-two')).toMatchObject({presence: change('away', 'away')});
      expect(await b.sessions.end('session-one')).toMatchObject({presence: change('away', 'offline')});
    });

    test('[PRES1] of sessions that come and go at the same time exactly one is the first and one the last', async () => {
      const cluster = await make(2);
      const ids = Array.from({length: 20}, (_, index) => `n${index}`);
      const store = (index: number): ReturnType<typeof nodeOf> => nodeOf(cluster, index % 2);
      const came = await Promise.all(ids.map((id, index) => store(index).sessions.create(session(id), plenty)));
      expect(came.filter((one) => one.ok && one.presence.before === 'offline').length).toBe(1);
      const went = await Promise.all(ids.map((id, index) => store(index).sessions.end(`session-${id}`)));
      expect(went.filter((ended) => ended?.presence.after === 'offline').length).toBe(1);
    });

    test('[PRES3] the presence of several users is had in one question', async () => {
      const cluster = await make(1);
      const {sessions} = nodeOf(cluster, 0);
      await sessions.create(session('one'), plenty);
      await sessions.create(session('two', {user: 'bob'}), plenty);
      await sessions.away('session-two', 1);
      const presence = await sessions.presenceOf(['ann', 'bob', 'eve']);
      const statuses = [...presence].map(([user, {status}]) => [user, status]);
      expect(Object.fromEntries(statuses)).toEqual({ann: 'online', bob: 'away', eve: 'offline'});
      expect(await sessions.presenceOf([])).toEqual(new Map());
    });
  });
}
