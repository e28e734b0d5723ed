import {setTimeout as pause} from 'node:timers/promises';
import type {Cluster} from './cluster.js';
import type {Crowd} from './crowd.js';
import type {Ledger} from './ledger.js';
import type {Fault, Plan} from './plan.js';

export interface Stage {
  readonly cluster: Cluster;
  readonly crowd: Crowd;
  readonly ledger: Ledger;
  readonly say: (line: string) => void;
}

/** Breaks and mends as the plan says; resolves when everything is mended. */
export async function carryOut(plan: Plan, stage: Stage): Promise<void> {
  const begun = performance.now();
  const underway: Promise<void>[] = [];
  for (const {atMs, fault} of plan.steps) {
    await pause(Math.max(0, begun + atMs - performance.now()));
    stage.say(describe(fault));
    underway.push(breakAndMend(fault, stage));
  }
  await Promise.all(underway);
  await pause(Math.max(0, begun + plan.durationMs - performance.now()));
}

async function breakAndMend(fault: Fault, stage: Stage): Promise<void> {
  const {cluster, crowd, ledger} = stage;
  const light = fault.kind === 'kick' || fault.kind === 'clients.cut' || fault.kind === 'clients.slow';
  const mended = light ? () => undefined : ledger.trouble(fault.kind);
  try {
    switch (fault.kind) {
      case 'node.kill':
      case 'node.drain':
        await restartNode(fault, stage);
        break;
      case 'node.freeze':
        cluster.slots[fault.node]!.freeze();
        await pause(fault.ms);
        cluster.slots[fault.node]!.thaw();
        break;
      case 'node.partition':
      case 'node.slow': {
        const {redis} = cluster.slots[fault.node]!;
        redis.set(fault.line);
        if (fault.line.line === 'refuse') redis.cut();
        await pause(fault.ms);
        redis.set({line: 'pass'});
        break;
      }
      case 'redis.kill':
        await restartRedis(fault, stage);
        break;
      case 'redis.freeze':
        cluster.redis.freeze();
        await pause(fault.ms);
        cluster.redis.thaw();
        break;
      case 'redis.slow':
        for (const {redis} of cluster.slots) redis.set(fault.line);
        await pause(fault.ms);
        for (const {redis} of cluster.slots) redis.set({line: 'pass'});
        break;
      case 'clients.cut':
        for (const client of fault.clients) for (const way of crowd.waysOf(client)) way.cut();
        break;
      case 'clients.slow': {
        const ways = fault.clients.flatMap((client) => crowd.waysOf(client));
        for (const way of ways) way.set(fault.line);
        if (fault.line.line === 'refuse') for (const way of ways) way.cut();
        await pause(fault.ms);
        for (const way of ways) way.set({line: 'pass'});
        break;
      }
      case 'kick':
        await crowd.kick(fault.client, fault.whole);
        break;
    }
  } finally {
    mended();
  }
}

async function restartNode(fault: Extract<Fault, {kind: 'node.kill' | 'node.drain'}>, stage: Stage): Promise<void> {
  const slot = stage.cluster.slots[fault.node]!;
  const drains = fault.kind === 'node.drain';
  const how = await slot.end(drains ? 'SIGTERM' : 'SIGKILL');
  if (drains && how !== undefined && how !== 0)
    stage.ledger.violation(`[drain] ${slot.name} was told to stop and ended with ${how}`);
  await pause(fault.ms);
  await slot.start();
}

async function restartRedis(fault: Extract<Fault, {kind: 'redis.kill'}>, {cluster, ledger}: Stage): Promise<void> {
  const {redis} = cluster;
  const backup = fault.data === 'older' ? await cluster.backUp() : undefined;
  // Something is to be given out after the copy was made.
  if (backup !== undefined) await pause(500);
  await redis.kill();
  if (fault.data !== 'kept') ledger.dataLost();
  await pause(fault.ms);
  if (backup !== undefined) await cluster.startWith(backup);
  else if (fault.data === 'none') await redis.startEmpty();
  else await redis.start();
}

export function describe(fault: Fault): string {
  const {kind, ms, ...rest} = fault;
  const words = Object.values(rest).map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)));
  return [kind, ...words, ...(ms > 0 ? [`for ${ms} ms`] : [])].join(' ');
}
