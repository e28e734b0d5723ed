import {setTimeout as pause} from 'node:timers/promises';
import type {Cluster} from './cluster.js';
import type {Fault} from './fault.js';
import type {RedisPlace} from './redis-place.js';

type FaultOf<K extends Fault['kind']> = Extract<Fault, {kind: K}>;

/** So that something is given out that a copy made before does not have. */
const goesOnMs = 500;

export async function restartRedis({data, ms}: FaultOf<'redis.kill'>, redis: RedisPlace): Promise<void> {
  const {primary} = redis;
  const backup = data === 'older' ? await redis.backUp() : undefined;
  if (backup !== undefined) await pause(goesOnMs);
  await primary.kill();
  await pause(ms);
  if (backup !== undefined) await redis.startWith(backup);
  else if (data === 'none') await primary.startEmpty();
  else await primary.start();
}

export async function restartInOrder({ms}: FaultOf<'redis.restart'>, {primary}: RedisPlace): Promise<void> {
  await primary.stop();
  await pause(ms);
  await primary.start();
}

/** As an operator does it before maintenance: what is still connected to the former primary is refused its writes. */
export async function handOver({ms}: FaultOf<'redis.handover'>, cluster: Cluster): Promise<void> {
  const {redis} = cluster;
  const former = await redis.handOver(await redis.replica());
  cluster.followPrimary();
  await pause(ms);
  await redis.discard(former);
}

/** As a watchdog does it that takes the primary for dead. */
export async function failOver({lagMs, split, ms}: FaultOf<'redis.failover'>, cluster: Cluster): Promise<void> {
  const {redis, slots} = cluster;
  const replica = await redis.replica();
  replica.link.set({line: 'hole'});
  await pause(lagMs);
  const whole = slots.filter((_, index) => !split.includes(index));
  if (split.length === 0) await redis.primary.kill();
  const former = await redis.promote(replica);
  cluster.followPrimary(whole);
  for (const {redis: line} of whole) line.cut();
  await pause(ms);
  cluster.followPrimary();
  await redis.discard(former);
}
