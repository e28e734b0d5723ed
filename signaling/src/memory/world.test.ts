import {afterAll, expect, test} from 'vitest';
import {deletedRoomKeptMs, type Store, type StoreOptions} from '../ports.js';
import {
  groupDirectoryContract,
  HandClock,
  inboxesContract,
  leasesContract,
  nodeBusContract,
  presenceContract,
  callRecordsContract,
  pushRecordsContract,
  outboxContract,
  webPushContract,
  receiptsContract,
  revocationsContract,
  RecordingFeed,
  roomDeletionContract,
  roomDirectoryContract,
  roomFeedsContract,
  scheduledContract,
  SequentialIds,
  sessionClaimsContract,
  sessionDirectoryContract,
  settled,
  storeLimitsContract,
  storeOptions,
  type ClusterUnderTest,
} from '../testing/index.js';
import {createMemoryWorld} from './world.js';

const clocks: HandClock[] = [];

function makeCluster(count: number, overrides?: Partial<StoreOptions>): Promise<ClusterUnderTest> {
  const clock = new HandClock();
  clocks.push(clock);
  const world = createMemoryWorld({clock, ids: new SequentialIds('epoch')});
  const nodes: Store[] = [];
  const all: Store[] = [];
  const add = (more: Partial<StoreOptions> = {}): Store => {
    const store = world.node(storeOptions(`node-${all.length + 1}`, {...overrides, ...more}));
    all.push(store);
    return store;
  };
  for (let index = 0; index < count; index += 1) nodes.push(add());
  return Promise.resolve({
    nodes,
    join: (more) => Promise.resolve(add(more)),
    kill: (store) => {
      world.kill(store.bus.node);
      return settled();
    },
    now: () => clock.now(),
    pass: (ms) => clock.pass(ms),
    setAvailable: (available) => {
      world.setAvailable(available);
      return settled();
    },
    close: async () => {
      world.setAvailable(true);
      for (const store of all) await store.close();
      // Killed nodes run out.
      await clock.pass(600_000);
    },
  });
}

roomFeedsContract('memory', makeCluster);
storeLimitsContract('memory', makeCluster);
sessionClaimsContract('memory', makeCluster);
sessionDirectoryContract('memory', makeCluster);
presenceContract('memory', makeCluster);
roomDirectoryContract('memory', makeCluster);
roomDeletionContract('memory', makeCluster);
groupDirectoryContract('memory', makeCluster);
callRecordsContract('memory', makeCluster);
inboxesContract('memory', makeCluster);
pushRecordsContract('memory', makeCluster);
scheduledContract('memory', makeCluster);
outboxContract('memory', makeCluster);
webPushContract('memory', makeCluster);
receiptsContract('memory', makeCluster);
revocationsContract('memory', makeCluster);
leasesContract('memory', makeCluster);
nodeBusContract('memory', makeCluster);

test('[FEED5] lost logs go on in a new epoch, and every open feed is told', async () => {
  const world = createMemoryWorld({clock: new HandClock()});
  const store = world.node(storeOptions('node'));
  const feed = await RecordingFeed.open(store, 'lobby');
  const before = await store.feeds.append('lobby', {name: 'chat.message', data: {}});
  world.loseLogs();
  const after = await store.feeds.append('lobby', {name: 'chat.message', data: {}});
  await settled();
  expect(after.epoch).not.toBe(before.epoch);
  expect(feed.resets).toEqual([{epoch: after.epoch, offset: 0}]);
  expect(feed.entries.map(({epoch, offset}) => [epoch, offset])).toEqual([
    [before.epoch, 1],
    [after.epoch, 1],
  ]);
});

test('[ROOM12] that a room was deleted is known for a week', async () => {
  const clock = new HandClock();
  const {rooms} = createMemoryWorld({clock}).node(storeOptions('node'));
  await rooms.create({room: 'den', title: 'Den', maxMembers: 5});
  await rooms.delete('den', {name: 'room.deleted', data: {}});
  clock.advance(deletedRoomKeptMs - 1);
  expect(await rooms.tombstone('den')).toMatchObject({access: 'open'});
  clock.advance(1);
  expect(await rooms.tombstone('den')).toBeUndefined();
});

test('a killed node can touch nothing any more', async () => {
  const world = createMemoryWorld({clock: new HandClock()});
  const [killed, other] = [world.node(storeOptions('killed')), world.node(storeOptions('other'))];
  const feed = await RecordingFeed.open(killed, 'lobby');
  world.kill('killed');
  await expect(killed.feeds.append('lobby', {name: 'chat.message', data: {}})).rejects.toMatchObject({
    code: 'unavailable',
  });
  await other.feeds.append('lobby', {name: 'chat.message', data: {}});
  await settled();
  expect(feed.entries).toEqual([]);
});

afterAll(() => {
  expect(clocks.map(({timers}) => timers).filter((timers) => timers > 0)).toEqual([]);
});
