import type {PeerName} from './peer-names.js';
import {newSecret, startParleyNode} from './parley.js';
import {startPeer} from './peer.js';
import {startRedis} from './redis.js';
import type {RunningSubject} from './subject.js';

/** Two nodes that share a Redis of their own. */
export interface RunningPair {
  readonly name: string;
  readonly redisPid: number;
  readonly nodes: readonly [RunningSubject, RunningSubject];
  readonly stop: () => Promise<void>;
}

export type StartPair = () => Promise<RunningPair>;

/** Parley first, then the peers in the order in which they were named. */
export const chosenPairs = (peers: readonly PeerName[]): ReadonlyMap<string, StartPair> =>
  new Map<string, StartPair>([
    ['parley', startParleyPair],
    ...peers.map((name) => [name, () => startPair(name, (redis) => startPeer(name, [], [redis]))] as const),
  ]);

function startParleyPair(): Promise<RunningPair> {
  const secret = newSecret();
  return startPair('parley', (redis) => startParleyNode({secret, env: {REDIS_URL: redis}}));
}

async function startPair(name: string, start: (redisUrl: string) => Promise<RunningSubject>): Promise<RunningPair> {
  const redis = await startRedis();
  const begun = await Promise.allSettled([start(redis.url), start(redis.url)]);
  const stop = async (): Promise<void> => {
    const running = begun.filter((node) => node.status === 'fulfilled');
    await Promise.all(running.map(({value}) => value.stop()));
    await redis.stop();
  };
  const [first, second] = begun;
  if (first.status === 'fulfilled' && second.status === 'fulfilled')
    return {name, redisPid: redis.pid, nodes: [first.value, second.value], stop};
  await stop();
  throw first.status === 'rejected' ? first.reason : second.status === 'rejected' ? second.reason : undefined;
}
