import {afterAll, beforeAll, expect} from 'vitest';
import {
  groupDirectoryContract,
  inboxesContract,
  leasesContract,
  nodeBusContract,
  presenceContract,
  callRecordsContract,
  pushRecordsContract,
  outboxContract,
  receiptsContract,
  revocationsContract,
  roomDeletionContract,
  roomDirectoryContract,
  roomFeedsContract,
  scheduledContract,
  sessionClaimsContract,
  sessionDirectoryContract,
  storeLimitsContract,
  webPushContract,
  type MakeCluster,
} from '@parley/signaling/testing';
import {startRedis, type RedisServer} from '../redis-server.js';
import {defects, makeRedisCluster} from './redis-cluster.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  // The one that a handler threw on purpose.
  expect(defects.map(String)).toEqual(['TypeError: a secret']);
});

const make: MakeCluster = (count, overrides) => makeRedisCluster(redis, count, overrides);

roomFeedsContract('Redis', make);
sessionClaimsContract('Redis', make);
sessionDirectoryContract('Redis', make);
presenceContract('Redis', make);
roomDirectoryContract('Redis', make);
roomDeletionContract('Redis', make);
storeLimitsContract('Redis', make);
groupDirectoryContract('Redis', make);
callRecordsContract('Redis', make);
inboxesContract('Redis', make);
pushRecordsContract('Redis', make);
scheduledContract('Redis', make);
outboxContract('Redis', make);
webPushContract('Redis', make);
receiptsContract('Redis', make);
revocationsContract('Redis', make);
leasesContract('Redis', make);
nodeBusContract('Redis', make);
