import type {Redis} from 'ioredis';
import {fields, integer, list, text, texts} from './replies.js';
import type {ServerAddress} from './redis-target.js';
import {slotCount, type ServedSlots} from './shape.js';

/** A Sentinel: who is the master of that name. */
export function askSentinel(master: string) {
  return async (sentinel: Redis): Promise<readonly ServedSlots[] | undefined> => {
    const known = fields(await sentinel.call('SENTINEL', 'MASTER', master));
    const [host, port, epoch] = [known.get('ip'), known.get('port'), known.get('config-epoch')];
    if (host === undefined || port === undefined) return undefined;
    return [{address: {host, port: integer(port)}, epoch: integer(epoch ?? '0'), ranges: [[0, slotCount - 1]]}];
  };
}

/** A server of a Redis Cluster: which masters have which slots. It does not say while it knows that it does not know. */
export async function askClusterServer(
  server: Redis,
  asked: ServerAddress,
): Promise<readonly ServedSlots[] | undefined> {
  const [info, nodes, slots] = await Promise.all([
    server.call('CLUSTER', 'INFO'),
    server.call('CLUSTER', 'NODES'),
    server.call('CLUSTER', 'SLOTS'),
  ]);
  if (!text(info).includes('cluster_state:ok')) return undefined;
  const epochs = epochsOf(text(nodes));
  return list(slots).map((range) => {
    const [first, last, master] = list(range);
    const [endpoint, port, id] = list(master);
    // The host that was asked stands for one that is not told.
    const host = typeof endpoint === 'string' && endpoint !== '' && endpoint !== '?' ? endpoint : asked.host;
    return {
      address: {host, port: integer(port)},
      epoch: epochs.get(text(id)) ?? 0,
      ranges: [[integer(first), integer(last)] as const],
    };
  });
}

/** From lines of `<id> <address> <flags> <master> <ping> <pong> <epoch> …`. */
function epochsOf(nodes: string): ReadonlyMap<string, number> {
  const epochs = new Map<string, number>();
  for (const line of nodes.split('\n')) {
    const words = texts(line.split(' '));
    if (words.length > 6) epochs.set(words[0] ?? '', Number(words[6]));
  }
  return epochs;
}
