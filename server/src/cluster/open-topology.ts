import type {Clock} from '@parley/signaling';
import {askClusterServer, askSentinel} from './guides.js';
import {nameOf, type RedisTarget} from './redis-target.js';
import {Shape, type ServedSlots} from './shape.js';
import {FixedTopology, type Topology} from './topology.js';
import {WatchedTopology} from './watched-topology.js';

/** Finds out who has what. Rejects with a sentence if nobody says. */
export async function openTopology(target: RedisTarget, name: string, clock: Clock): Promise<Topology> {
  switch (target.kind) {
    case 'standalone':
      return new FixedTopology(Shape.ofOne(target.address));
    case 'sentinel':
      return WatchedTopology.open({
        guides: target.sentinels,
        access: target.sentinelAccess,
        name,
        clock,
        ask: askSentinel(target.master),
        shape: newestMaster,
        serversGuide: false,
      });
    case 'cluster':
      return WatchedTopology.open({
        guides: target.seeds,
        access: target.access,
        name,
        clock,
        ask: askClusterServer,
        shape: (claims) => (claims.length === 0 ? undefined : Shape.ofCluster(claims)),
        serversGuide: true,
      });
  }
}

function newestMaster(claims: readonly ServedSlots[]): Shape | undefined {
  const [newest] = [...claims].sort((a, b) => b.epoch - a.epoch);
  return newest && Shape.ofOne(newest.address);
}

/** For people: where it was tried, without secrets. */
export function describeTarget(target: RedisTarget): string {
  const scheme = target.access.tls === undefined ? 'redis' : 'rediss';
  switch (target.kind) {
    case 'standalone':
      return `Redis at ${scheme}://${nameOf(target.address)}/${target.db}`;
    case 'sentinel':
      return `The master “${target.master}” of the Sentinels at ${target.sentinels.map(nameOf).join(', ')}`;
    case 'cluster':
      return `The Redis Cluster at ${target.seeds.map(nameOf).join(', ')}`;
  }
}
