import {setTimeout as pause} from 'node:timers/promises';
import type {Chronicle} from './chronicle.js';
import type {Cluster} from './cluster.js';
import type {Crowd} from './crowd.js';
import {breaks, describe, isGrave, loses, type Fault, type Grave} from './fault.js';
import type {Ledger} from './ledger.js';
import type {Round} from './plan.js';
import type {Persistence} from './persistence.js';
import {failOver, handOver, restartInOrder, restartRedis} from './redis-faults.js';
import type {StallMeter} from './stall-meter.js';

export interface Stage {
  readonly cluster: Cluster;
  readonly crowd: Crowd;
  readonly ledger: Ledger;
  readonly chronicle: Chronicle;
  readonly stalls: StallMeter;
  readonly persistence: Persistence;
}

const flickerMs = 120;

/** Breaks and mends as the plan says; resolves when everything is mended. */
export async function carryOut({steps, durationMs}: Round, stage: Stage): Promise<void> {
  const begun = performance.now();
  const underway: Promise<void>[] = [];
  // A change of primaries takes as long as it takes: what befalls Redis next waits for it.
  let redisIsFree = Promise.resolve();
  for (const {atMs, fault} of steps) {
    await pause(Math.max(0, begun + atMs - performance.now()));
    if (fault.kind.startsWith('redis'))
      underway.push((redisIsFree = redisIsFree.then(() => breakAndMend(fault, stage))));
    else underway.push(breakAndMend(fault, stage));
  }
  await Promise.all(underway);
  await pause(Math.max(0, begun + durationMs - performance.now()));
}

async function breakAndMend(fault: Fault, stage: Stage): Promise<void> {
  const ends = stage.chronicle.begins(describe(fault));
  const {cluster, ledger, persistence} = stage;
  const mended = ledger.kicks.trouble(breaks(fault, cluster.slots.length));
  try {
    if (loses(fault, persistence)) ledger.dataMayBeLost();
    await (isGrave(fault) ? breakCluster(fault, stage) : breakClients(fault, stage));
  } finally {
    mended();
    ends();
  }
}

async function breakCluster(fault: Grave, stage: Stage): Promise<void> {
  const {cluster} = stage;
  switch (fault.kind) {
    case 'node.kill':
    case 'node.drain':
      await restartNode(fault.node, fault.kind === 'node.drain' ? 'SIGTERM' : 'SIGKILL', fault.ms, stage);
      break;
    case 'nodes.kill':
      await Promise.all(cluster.slots.map((_, index) => restartNode(index, 'SIGKILL', fault.ms, stage)));
      break;
    case 'node.freeze':
      cluster.slots[fault.node]!.freeze();
      await pause(fault.ms);
      cluster.slots[fault.node]!.thaw();
      break;
    case 'node.partition':
    case 'node.slow':
      await spoil([cluster.slots[fault.node]!.redis], fault);
      break;
    case 'node.flicker': {
      const until = performance.now() + fault.ms;
      while (performance.now() < until) {
        cluster.slots[fault.node]!.redis.cutOldest();
        await pause(flickerMs);
      }
      break;
    }
    case 'node.isolated':
      await spoil(cluster.waysTo(fault.node), fault);
      break;
    case 'redis.kill':
      await restartRedis(fault, cluster.redis);
      break;
    case 'redis.restart':
      await restartInOrder(fault, cluster.redis);
      break;
    case 'redis.handover':
      await handOver(fault, cluster);
      break;
    case 'redis.failover':
      await failOver(fault, cluster);
      break;
    case 'redis.freeze': {
      const {primary} = cluster.redis;
      primary.freeze();
      await pause(fault.ms);
      primary.thaw();
      break;
    }
    case 'redis.slow':
    case 'redis.partition':
      await spoil(
        cluster.slots.map(({redis}) => redis),
        fault,
      );
      break;
  }
}

async function breakClients(fault: Exclude<Fault, Grave>, {crowd}: Stage): Promise<void> {
  switch (fault.kind) {
    case 'clients.cut':
      for (const client of fault.clients) for (const way of crowd.waysOf(client)) way.cut();
      break;
    case 'clients.slow':
      await spoil(
        fault.clients.flatMap((client) => crowd.waysOf(client)),
        fault,
      );
      break;
    case 'kick':
      await crowd.kick(fault.client, fault.whole);
      break;
  }
}

type Way = ReturnType<Crowd['waysOf']>[number];
type Spoiling = Extract<Fault, {line: unknown}>;

async function spoil(ways: readonly Way[], {line, ms}: Spoiling): Promise<void> {
  for (const way of ways) way.set(line);
  if (line.line === 'refuse') for (const way of ways) way.cut();
  await pause(ms);
  for (const way of ways) way.set({line: 'pass'});
}

async function restartNode(index: number, signal: 'SIGKILL' | 'SIGTERM', ms: number, stage: Stage): Promise<void> {
  const slot = stage.cluster.slots[index]!;
  const how = await slot.end(signal);
  if (signal === 'SIGTERM' && how !== undefined && how !== 0)
    stage.ledger.violation(`[drain] ${slot.name} was told to stop and ended with ${how}`);
  await pause(ms);
  await slot.start();
}
