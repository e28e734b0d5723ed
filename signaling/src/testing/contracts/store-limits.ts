import {describe, expect, test} from 'vitest';
import type {Appended, Store, StoreLimits} from '../../ports.js';
import {clusters, nodeOf, type MakeCluster} from './cluster-under-test.js';
import {join, leave} from './members.js';
import {numbered} from './recording-feed.js';

const none: StoreLimits = {roomMessagesPerSecond: 0, roomsPerUser: 0, roomCreationsPerHour: 0, rooms: 0};
const lobby = {room: 'lobby', title: 'The lobby', maxMembers: 1_000};
const slow = 400;

const say = (store: Store, user: string, n: number, exempt = false): Promise<Appended> =>
  store.feeds.append('lobby', numbered(n), {key: `${user}/${n}`, pace: {user, exempt}});

/** The code of whatever it rejects with. */
const refusal = (said: Promise<unknown>): Promise<{code?: string; limit?: string; retryAfterMs?: number}> =>
  said.then(
    () => ({}),
    (error: unknown) => error as {code: string},
  );

/** What every twin guarantees of the limits that are kept for the whole cluster. */
export function storeLimitsContract(name: string, makeCluster: MakeCluster): void {
  describe(`limits of the store: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[LIM5] in slow mode a user waits between two messages, on whichever node, and others do not wait for them', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create({...lobby, slowModeMs: slow});
      expect(await say(a, 'ann', 1)).toMatchObject({offset: 1, waitMs: slow});
      const refused = await refusal(say(b, 'ann', 2));
      expect(refused).toMatchObject({code: 'rate_limited', limit: 'slow_mode'});
      expect(refused.retryAfterMs).toBeGreaterThan(0);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(slow);
      expect(await say(b, 'bob', 3)).toMatchObject({offset: 2});
      await cluster.pass(refused.retryAfterMs ?? 0);
      expect(await say(b, 'ann', 2)).toMatchObject({offset: 3, repeated: false, waitMs: slow});
    });

    test('[LIM5] of many messages at the same moment, from all nodes, one is taken', async () => {
      const cluster = await make(2);
      await nodeOf(cluster, 0).rooms.create({...lobby, slowModeMs: 60_000});
      const said = await Promise.all(
        Array.from({length: 20}, (_, n) => refusal(say(nodeOf(cluster, n % 2), 'ann', n + 1))),
      );
      expect(said.filter(({code}) => code === undefined)).toHaveLength(1);
      expect(said.filter(({code}) => code === 'rate_limited')).toHaveLength(19);
    });

    test('[LIM5] a repeat gets the first answer whatever the pace, and says what is left to wait', async () => {
      const cluster = await make(1);
      const store = nodeOf(cluster, 0);
      await store.rooms.create({...lobby, slowModeMs: 60_000});
      const first = await say(store, 'ann', 1);
      const again = await say(store, 'ann', 1);
      expect(again).toMatchObject({offset: first.offset, epoch: first.epoch, repeated: true});
      expect(again.waitMs).toBeGreaterThan(0);
    });

    test('[LIM5] who is exempt does not wait, and appends that are nobody’s are not paced', async () => {
      const cluster = await make(1);
      const store = nodeOf(cluster, 0);
      await store.rooms.create({...lobby, slowModeMs: 60_000});
      for (const n of [1, 2, 3]) expect(await say(store, 'mod', n, true)).not.toHaveProperty('waitMs');
      for (const n of [4, 5]) expect(await store.feeds.append('lobby', numbered(n))).not.toHaveProperty('waitMs');
    });

    test('[LIM6] a change of slow mode holds from the next message on, for those who wait already too', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      await say(a, 'ann', 1);
      expect(await say(a, 'ann', 2)).not.toHaveProperty('waitMs');
      expect(await b.rooms.update('lobby', {slowModeMs: 60_000})).toMatchObject({...lobby, slowModeMs: 60_000});
      expect(await say(a, 'ann', 3)).toMatchObject({waitMs: 60_000});
      expect(await refusal(say(a, 'ann', 4))).toMatchObject({limit: 'slow_mode'});
      await b.rooms.update('lobby', {slowModeMs: 0});
      expect(await say(a, 'ann', 4)).toMatchObject({offset: 4});
      expect(await a.rooms.get('lobby')).toMatchObject({slowModeMs: 0});
      expect(await a.rooms.update('attic', {slowModeMs: 0})).toBeUndefined();
    });

    test('[LIM7] a room takes so many messages per second from all nodes together, with a burst of twice as many', async () => {
      const cluster = await make(2, {limits: {...none, roomMessagesPerSecond: 10}});
      await nodeOf(cluster, 0).rooms.create(lobby);
      const said = await Promise.all(
        Array.from({length: 40}, (_, n) => refusal(say(nodeOf(cluster, n % 2), `user-${n}`, n + 1))),
      );
      const refused = said.filter(({limit}) => limit === 'room_messages');
      // One more for each tenth of a second that it took.
      expect(refused.length).toBeGreaterThan(10);
      expect(refused.length).toBeLessThanOrEqual(20);
      const waitMs = Math.max(...refused.map(({retryAfterMs = 0}) => retryAfterMs));
      expect(waitMs).toBeGreaterThan(0);
      await cluster.pass(waitMs);
      expect(await say(nodeOf(cluster, 1), 'ann', 99)).toMatchObject({repeated: false});
    });

    test('[LIM8] a user is a member of so many rooms, exactly, and leaving one makes place', async () => {
      const cluster = await make(2, {limits: {...none, roomsPerUser: 3}});
      const names = Array.from({length: 8}, (_, n) => `room-${n}`);
      for (const room of names) await nodeOf(cluster, 0).rooms.create({...lobby, room});
      const outcomes = await Promise.all(names.map((room, n) => join(nodeOf(cluster, n % 2), room, 'ann')));
      const joined = names.filter((_, n) => outcomes[n]?.outcome === 'joined');
      expect(joined).toHaveLength(3);
      expect(outcomes.filter(({outcome}) => outcome === 'too_many')).toHaveLength(5);
      const [first = '', second = ''] = joined;
      expect(await join(nodeOf(cluster, 1), first, 'ann')).toMatchObject({outcome: 'already'});
      await leave(nodeOf(cluster, 1), second, 'ann');
      const other = names.find((room) => !joined.includes(room)) ?? '';
      expect(await join(nodeOf(cluster, 0), other, 'ann')).toMatchObject({outcome: 'joined'});
      expect(await join(nodeOf(cluster, 0), 'nowhere', 'bob')).toEqual({
        outcome: 'unknown_room',
      });
    });

    test('[LIM8] there are so many rooms, exactly, and one that exists is said to exist', async () => {
      const cluster = await make(2, {limits: {...none, rooms: 3}});
      const made = await Promise.all(
        Array.from({length: 8}, (_, n) => nodeOf(cluster, n % 2).rooms.create({...lobby, room: `room-${n}`})),
      );
      expect(made.filter(({outcome}) => outcome === 'created')).toHaveLength(3);
      expect(made.filter(({outcome}) => outcome === 'full')).toHaveLength(5);
      const [there] = made.flatMap((outcome) => (outcome.outcome === 'created' ? [outcome.room.room] : []));
      expect(await nodeOf(cluster, 0).rooms.create({...lobby, room: there ?? ''})).toEqual({outcome: 'exists'});
    });

    test('[LIM8] a user creates so many rooms within an hour, wherever, and is told how long to wait', async () => {
      const cluster = await make(2, {limits: {...none, roomCreationsPerHour: 2}});
      const create = (n: number, by: string) => nodeOf(cluster, n % 2).rooms.create({...lobby, room: `room-${n}`, by});
      expect([await create(1, 'ann'), await create(2, 'ann')]).toMatchObject([
        {outcome: 'created'},
        {outcome: 'created'},
      ]);
      const third = await create(3, 'ann');
      expect(third).toMatchObject({outcome: 'wait'});
      const retryAfterMs = third.outcome === 'wait' ? third.retryAfterMs : 0;
      expect(retryAfterMs).toBeGreaterThan(3_500_000);
      expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
      expect(await create(4, 'bob')).toMatchObject({outcome: 'created'});
      expect(await nodeOf(cluster, 0).rooms.get('room-3')).toBeUndefined();
    });
  });
}
