import {expect, test} from 'vitest';
import {StallMeter} from '../chaos/stall-meter.js';
import {connectBare, type BareClient} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {spawnNode} from '../spawn-node.js';

const heartbeatMs = 200;
const nodeTimeoutMs = 1_000;
const leaseMs = 1_000;
const resumeWindowMs = 1_500;
const windowMs = 250;
/** For what the machine adds to clocks: two cores run three processes, Redis and this test. */
const patienceMs = 1_500;

const env = {
  PARLEY_HEARTBEAT: `${heartbeatMs}ms`,
  PARLEY_NODE_TIMEOUT: `${nodeTimeoutMs}ms`,
  PARLEY_LEASE: `${leaseMs}ms`,
  PARLEY_RESUME_WINDOW: `${resumeWindowMs}ms`,
};

/** Each user's status as the client knows it from what it was told. */
function view(client: BareClient): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const {name, payload} of client.events) {
    if (name === 'presence.members') known.clear();
    if (!name.startsWith('presence.')) continue;
    for (const {user, status} of (payload as {users: {user: string; status: string}[]}).users) known.set(user, status);
  }
  return known;
}

test('[PRES10] after SIGKILL of a node no ghost is older than the bound, as clients of the others see it', async () => {
  await using redis = await startRedis();
  // The first to run sweeps: so it is the sweeper that is killed.
  await using doomed = await spawnNode({...env, REDIS_URL: redis.url, PARLEY_NODE_NAME: 'doomed'});
  await using one = await spawnNode({...env, REDIS_URL: redis.url, PARLEY_NODE_NAME: 'one'});
  await using two = await spawnNode({...env, REDIS_URL: redis.url, PARLEY_NODE_NAME: 'two'});
  await using ann = await connectBare(one, {user: 'ann'});
  await using ben = await connectBare(two, {user: 'ben'});
  await ann.request('room.create', {room: 'den'});
  const users = Array.from({length: 10}, (_, n) => `lost${n}`);
  const lost = await Promise.all(users.map((user) => connectBare(doomed, {user})));
  for (const client of [ann, ben, ...lost]) await client.request('room.join', {room: 'den'});
  await ann.request('presence.room.subscribe', {room: 'den'});
  await ben.request('presence.users.subscribe', {users});
  const all = (client: BareClient, status: string): boolean => users.every((user) => view(client).get(user) === status);
  for (const client of [ann, ben]) await client.until(() => all(client, 'online'), 'all to be online');

  using stalls = new StallMeter(() => [redis.pid, one.process.pid, two.process.pid].flatMap((pid) => pid ?? []));
  const sinceKilled = stalls.begin();
  doomed.kill('SIGKILL');
  for (const client of lost) client.close();
  for (const client of [ann, ben]) await client.until(() => all(client, 'away'), 'all to be away');
  const awayMs = sinceKilled().calmMs;
  expect(awayMs).toBeLessThan(nodeTimeoutMs + 2 * heartbeatMs + windowMs + patienceMs);

  for (const client of [ann, ben]) await client.until(() => all(client, 'offline'), 'all to be offline');
  const offlineMs = sinceKilled().calmMs;
  expect(offlineMs).toBeLessThan(awayMs + resumeWindowMs + 1_000 + leaseMs + windowMs + patienceMs);
});
