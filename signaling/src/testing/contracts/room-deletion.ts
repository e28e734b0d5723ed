import {describe, expect, test} from 'vitest';
import {deletedLogKeptMs, deletedRoomKeptMs, type FeedEvent} from '../../ports.js';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';
import {join, told} from './members.js';
import {RecordingFeed} from './recording-feed.js';

const lobby = {room: 'lobby', title: 'The lobby', maxMembers: 10};
const deleted: FeedEvent = {name: 'room.deleted', data: {}};
const message: FeedEvent = {name: 'chat.message', data: {text: 'hello'}};

/** What every twin guarantees of rooms that are deleted. */
export function roomDeletionContract(name: string, makeCluster: MakeCluster): void {
  describe(`deleted rooms: ${name}`, () => {
    const make = clusters(makeCluster);

    test('[ROOM8] a room is deleted once, with its members, its groups and what it says of calls', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      await a.rooms.create({...lobby, room: 'attic'});
      for (const user of ['ann', 'bob']) await join(a, 'lobby', user);
      await a.rooms.setGroup('lobby', 'staff', 'admin');
      await a.calls.setSettings('lobby', {lobby: true});
      await a.calls.note('lobby', 7, new Map([['locked', 'yes']]), 60_000);
      const ended = await Promise.all([a, b, a].map((node) => node.rooms.delete('lobby', deleted)));
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await b.rooms.get('lobby')).toBeUndefined();
      expect(await b.rooms.standings('lobby', ['ann'])).toBeUndefined();
      expect((await b.rooms.list({limit: 9})).rooms).toMatchObject([{room: 'attic'}]);
      expect((await b.rooms.members('lobby', {limit: 9})).members).toEqual([]);
      expect(await b.rooms.roomsOf('ann')).toEqual([]);
      expect(await b.rooms.roomsOfGroup('staff', {limit: 9})).toEqual({rooms: [], more: false});
      expect(await b.calls.settings('lobby')).toEqual({lobby: false, limits: {}});
      expect(await b.calls.open('lobby', 1, 60_000)).toEqual(new Map());
      expect(await join(b, 'lobby', 'ann')).toEqual({outcome: 'unknown_room'});
      expect(await b.rooms.update('lobby', {title: 'Again'})).toBeUndefined();
      expect(await b.rooms.setGroup('lobby', 'staff', 'admin')).toBe('unknown_room');
    });

    test('[ROOM8] the deletion is the last event of the log, on every node, and nothing is appended after it', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create(lobby);
      const heard = await RecordingFeed.open(b, 'lobby');
      await a.feeds.append('lobby', message, {key: 'ann/1'});
      expect(await a.rooms.delete('lobby', deleted)).toBe(true);
      for (const late of [
        () => a.feeds.append('lobby', message, {key: 'ann/1'}),
        () => b.feeds.append('lobby', message, {pace: {user: 'ann', exempt: false}}),
        () => b.feeds.appendTogether('lobby', [{event: message}, {event: message}]),
      ])
        await expect(late()).rejects.toMatchObject({code: 'room_deleted'});
      await eventually(() => {
        expect(heard.entries.map(({name: each}) => each)).toEqual(['chat.message', 'room.deleted']);
      });
      const page = await b.feeds.read('lobby', {limit: 9});
      expect(page).toMatchObject({head: 2, tail: 1});
      expect(page.entries).toEqual(heard.entries);
      expect(page.deletedAt).toBe(heard.entries[1]?.at);
      expect([deletedLogKeptMs, deletedRoomKeptMs]).toEqual([3_600_000, 7 * 24 * 3_600_000]);
    });

    test('[ROOM9] one that is made of the same name has nothing of it: another epoch, an empty log', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      await a.rooms.create({...lobby, slowModeMs: 60_000});
      await join(a, 'lobby', 'ann');
      await a.feeds.append('lobby', message, {key: 'ann/1', pace: {user: 'ann', exempt: false}});
      const heard = await RecordingFeed.open(b, 'lobby');
      const {epoch} = await a.feeds.read('lobby', {limit: 1});
      await a.rooms.delete('lobby', deleted);
      const owner = {user: 'bob', name: 'Bob', told: told('bob', 'joined')};
      expect(await b.rooms.create({...lobby, slowModeMs: 60_000, owner})).toMatchObject({outcome: 'created'});
      expect((await a.rooms.list({limit: 9})).rooms).toMatchObject([{room: 'lobby', members: 1}]);
      const again = await a.feeds.read('lobby', {limit: 9});
      expect(again.epoch).not.toBe(epoch);
      expect(again.deletedAt).toBeUndefined();
      expect(again.entries).toMatchObject([{data: {user: 'bob', change: 'joined', role: 'owner'}}]);
      // Neither the idempotency key nor the slow mode of the old one holds.
      const first = await a.feeds.append('lobby', message, {key: 'ann/1', pace: {user: 'ann', exempt: false}});
      expect(first).toMatchObject({epoch: again.epoch, offset: again.head + 1, repeated: false});
      await eventually(() => {
        expect(heard.resets).toMatchObject([{epoch: again.epoch}]);
        expect(heard.entries.slice(-2).map(({epoch: each}) => each)).toEqual([again.epoch, again.epoch]);
      });
    });

    test('[ROOM12] of a deleted room its end is known on every node, whom it let in and its epoch, until another is made', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      expect(await b.rooms.tombstone('lobby')).toBeUndefined();
      for (const access of ['private', 'open'] as const) {
        await a.rooms.create({...lobby, access: 'invited'});
        await a.rooms.update('lobby', {access});
        const {epoch} = await a.feeds.append('lobby', message);
        expect(await b.rooms.tombstone('lobby')).toBeUndefined();
        await a.rooms.delete('lobby', deleted);
        const {entries} = await a.feeds.read('lobby', {limit: 1});
        expect(await b.rooms.tombstone('lobby')).toEqual({deletedAt: entries[0]?.at, access, epoch});
      }
      await b.rooms.create(lobby);
      expect(await a.rooms.tombstone('lobby')).toBeUndefined();
    });

    test('[ROOM9] made and deleted at once by many, a room is listed if and only if it is there', async () => {
      const cluster = await make(2);
      const [a, b] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      for (let round = 0; round < 20; round += 1) {
        await Promise.all([a.rooms.create(lobby), b.rooms.delete('lobby', deleted), a.rooms.delete('lobby', deleted)]);
        const isThere = (await b.rooms.get('lobby')) !== undefined;
        expect((await a.rooms.list({limit: 9})).rooms).toHaveLength(isThere ? 1 : 0);
      }
    });
  });
}
