import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {clusters, nodeOf, type ClusterUnderTest, type MakeCluster} from './cluster-under-test.js';
import {claim, plenty, session} from './sessions.js';

const store = (cluster: ClusterUnderTest, index: number): ReturnType<typeof nodeOf> =>
  nodeOf(cluster, index % cluster.nodes.length);

/** What every twin of the session directory guarantees of keys, attempts and the number of sessions. */
export function sessionClaimsContract(name: string, makeCluster: MakeCluster): void {
  describe(`session claims: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[SES12] a key is good until the next one is used, and two at a time', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      // The answer is lost twice: the same key, and every time another in return.
      expect(await b.sessions.resume(claim('one', 2, 1))).toMatchObject({ok: true, generation: 2});
      expect(await a.sessions.resume({...claim('one', 3, 1), nextKey: 'key-3'})).toMatchObject({
        ok: true,
        generation: 3,
      });
      expect(await b.sessions.resume(claim('one', 4, 3))).toMatchObject({ok: true, generation: 4});
      expect(await a.sessions.resume(claim('one', 5, 1))).toMatchObject({ok: false, reason: 'key_reused'});
    });

    test('[SES12] a key is useless once the next one is known to have arrived at the newest connection', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await b.sessions.resume(claim('one', 2, 1));
      await a.sessions.keyArrived('session-one', 1);
      expect(await a.sessions.resume({...claim('one', 3, 1), nextKey: 'key-3'})).toMatchObject({ok: true});
      await a.sessions.keyArrived('session-one', 3);
      expect(await b.sessions.resume(claim('one', 4, 1))).toMatchObject({ok: false, reason: 'key_reused'});
    });

    test('[SES13] an old key ends the session; a foreign, a late and a future one end nothing', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await b.sessions.resume(claim('one', 2));
      await b.sessions.resume(claim('one', 3));
      const foreign = {family: 'family-two', own: 'key-1', generation: 1};
      expect(await a.sessions.resume({...claim('one', 4, 1), key: foreign})).toEqual({ok: false, reason: 'wrong_key'});
      expect(await a.sessions.resume(claim('one', 2, 1))).toEqual({ok: false, reason: 'stale_attempt'});
      expect(await a.sessions.resume(claim('one', 4, 9))).toEqual({ok: false, reason: 'unknown'});
      expect(await a.sessions.find('session-one')).toMatchObject({state: 'connected', node: b.bus.node});
      expect(await a.sessions.resume(claim('one', 4, 1))).toMatchObject({
        ok: false,
        reason: 'key_reused',
        ended: {record: {session: 'session-one', node: b.bus.node}, presence: {before: 'online', after: 'offline'}},
      });
      expect(await b.sessions.find('session-one')).toBeUndefined();
      expect(await b.sessions.resume(claim('one', 5, 3))).toEqual({ok: false, reason: 'unknown'});
    });

    test('[SES6] of attempts that race on all nodes none evicts a newer one', async () => {
      const cluster = await make(3);
      let made = 0;
      const race = fc.array(fc.nat({max: 30}), {minLength: 2, maxLength: 12});
      await fc.assert(
        fc.asyncProperty(race, async (attempts) => {
          const id = `race-${(made += 1)}`;
          await store(cluster, made).sessions.create(session(id, {attempt: 0}), plenty);
          const outcomes = await Promise.all(
            attempts.map(async (attempt, index) => {
              const asked = {...claim(id, attempt, 1), nextKey: `key-of-${index}`};
              const outcome = await store(cluster, index).sessions.resume(asked);
              return {attempt, node: store(cluster, index).bus.node, outcome};
            }),
          );
          const won = outcomes
            .flatMap(({attempt, node, outcome}) => (outcome.ok ? [{attempt, node, at: outcome.generation}] : []))
            .sort((x, y) => x.at - y.at);
          const inOrder = won.map(({attempt}) => attempt);
          expect(inOrder).toEqual(inOrder.toSorted((x, y) => x - y));
          expect(inOrder.at(-1)).toBe(Math.max(...attempts));
          for (const {outcome} of outcomes) {
            if (!outcome.ok) expect(outcome.reason).toBe('stale_attempt');
          }
          expect(await store(cluster, 0).sessions.find(`session-${id}`)).toMatchObject({node: won.at(-1)?.node});
          await store(cluster, 0).sessions.end(`session-${id}`);
        }),
        {numRuns: 25, seed: 6},
      );
    });

    test('[SES17] of sessions that begin at once on all nodes exactly as many are let in as may be', async () => {
      const cluster = await make(3);
      const ids = Array.from({length: 24}, (_, index) => `n${index}`);
      const limit = {most: 5, policy: 'refuse_newest'} as const;
      const outcomes = await Promise.all(
        ids.map((id, index) => store(cluster, index).sessions.create(session(id), limit)),
      );
      expect(outcomes.filter(({ok}) => ok)).toHaveLength(5);
      expect(await store(cluster, 0).sessions.ofUser('ann')).toHaveLength(5);
      expect(await store(cluster, 0).sessions.create(session('bob', {user: 'bob'}), limit)).toMatchObject({ok: true});
      for (const id of ids) {
        const found = await store(cluster, 1).sessions.find(`session-${id}`);
        expect(found !== undefined).toBe(outcomes[ids.indexOf(id)]?.ok);
      }
    });

    test('[SES17] or as many as are too many are ended, each once, the oldest first, connected or away', async () => {
      const cluster = await make(3);
      const limit = {most: 3, policy: 'close_oldest'} as const;
      const older = ['old-1', 'old-2', 'old-3'];
      for (const [index, id] of older.entries()) {
        await store(cluster, index).sessions.create(session(id), limit);
        await cluster.pass(5);
      }
      await store(cluster, 0).sessions.away('session-old-1', 1);
      const next = await store(cluster, 1).sessions.create(session('new'), limit);
      expect(next).toMatchObject({ok: true, others: 2, displaced: [{session: 'session-old-1', state: 'away'}]});
      const ids = Array.from({length: 12}, (_, index) => `n${index}`);
      const outcomes = await Promise.all(
        ids.map((id, index) => store(cluster, index).sessions.create(session(id), limit)),
      );
      const displaced = outcomes.flatMap((one) =>
        one.ok ? one.displaced.map(({session: gone}) => gone) : ['refused'],
      );
      expect(displaced).toHaveLength(12);
      expect(new Set(displaced).size).toBe(12);
      expect(displaced).toEqual(expect.arrayContaining(['session-old-2', 'session-old-3', 'session-new']));
      expect(await store(cluster, 2).sessions.ofUser('ann')).toHaveLength(3);
    });

    test('[SES17] a session whose window is over counts no longer, swept or not', async () => {
      const cluster = await make(1, {resumeWindowMs: 400});
      const {sessions} = nodeOf(cluster, 0);
      const limit = {most: 1, policy: 'refuse_newest'} as const;
      await sessions.create(session('one'), limit);
      await sessions.away('session-one', 1);
      expect(await sessions.create(session('two'), limit)).toEqual({ok: false, reason: 'too_many'});
      await cluster.pass(600);
      expect(await sessions.create(session('two'), limit)).toMatchObject({ok: true, others: 0});
    });

    test('[SES14] a device is renamed, and a token replaced, if there is such a session', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one', {device: 'desk', token: {tokenId: 't1', issuedAt: 5_000}}), plenty);
      await b.sessions.rename('session-one', 'big desk');
      expect(await a.sessions.find('session-one')).toMatchObject({
        device: 'big desk',
        token: {tokenId: 't1', issuedAt: 5_000},
      });
      await a.sessions.setToken('session-one', {tokenId: 't2'});
      expect((await b.sessions.find('session-one'))?.token).toEqual({tokenId: 't2'});
      expect(await b.sessions.resume({...claim('one'), token: {issuedAt: 7_000}})).toMatchObject({
        ok: true,
        previousToken: {tokenId: 't2'},
        record: {token: {issuedAt: 7_000}},
      });
      await a.sessions.rename('session-none', 'nothing');
      expect(await a.sessions.find('session-none')).toBeUndefined();
    });

    test('[SES18] a session and its user were last seen when they left, whatever is asked of them later', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.sessions.create(session('one'), plenty);
      await cluster.pass(50);
      await a.sessions.away('session-one', 1);
      const [left] = await b.sessions.ofUser('ann');
      if (left === undefined) throw new Error('the session is not listed');
      // Within what timers and rounded clocks of two processes differ by.
      expect(left.seenAt).toBeGreaterThanOrEqual(left.createdAt + 45);
      expect(left.seenAt).toBeLessThanOrEqual(cluster.now() + 5);
      await cluster.pass(50);
      await b.sessions.rename('session-one', 'desk');
      expect((await b.sessions.find('session-one'))?.seenAt).toBe(left.seenAt);
      await b.sessions.end('session-one');
      expect(await a.sessions.seenAt(['ann', 'eve'])).toEqual(new Map([['ann', left.seenAt]]));
    });
  });
}
