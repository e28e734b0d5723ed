import {setTimeout as pause} from 'node:timers/promises';
import {call, people} from '@parley/protocol';
import {connectBare, type BareClient} from '../connect-bare.js';
import {startRedis} from '../redis-server.js';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';
import {Caller} from './caller.js';
import {LeanClient} from './lean-client.js';
import {mediaEnvironment} from './media-node.js';

export interface CrowdOptions {
  /** Sessions that want to be in one call, all at once. */
  readonly joins: number;
  /** How many may. */
  readonly limit: number;
  readonly nodes: number;
  readonly say?: (line: string) => void;
}

/** What came of everybody's joining at once. */
export interface Round {
  readonly joined: number;
  readonly refused: number;
  /** Of those who joined, how many were told that they are out again: the call was lost and begun anew meanwhile. */
  readonly lost: number;
  /** Answers that said to try again. */
  readonly putOff: number;
  /** Peers of the call afterwards, as it says itself. */
  readonly peers: number;
  /** The most that were ever told of it. */
  readonly most: number;
  readonly tookMs: number;
}

const room = 'den';
/** Who becomes a member is told to everybody: few users with many sessions keep that out of what is looked at. */
const sessionsPerUser = 100;

/**
 * Everybody joins a call at once, over all nodes of a real cluster; then the node that runs it is killed, and all who are
 * left do so again.
 */
export async function crowdCall({joins, limit, nodes: count, say = () => undefined}: CrowdOptions) {
  await using redis = await startRedis();
  const opened: AsyncDisposable[] = [];
  const open = async <T extends AsyncDisposable>(opening: Promise<T>): Promise<T> => {
    const one = await opening;
    opened.unshift(one);
    return one;
  };
  const env = {
    ...mediaEnvironment,
    REDIS_URL: redis.url,
    PARLEY_MAX_PEERS_PER_CALL: '10000',
    PARLEY_MAX_SESSIONS_PER_USER: String(sessionsPerUser),
    PARLEY_USER_REQUESTS_PER_SECOND: '1000000',
    PARLEY_MAX_CONNECTIONS_PER_ADDRESS: '0',
  };
  const clients: LeanClient[] = [];
  try {
    const nodes: SpawnedNode[] = [];
    for (let n = 0; n < count; n += 1) nodes.push(await open(spawnNode({...env, PARLEY_NODE_NAME: `node-${n}`})));
    const at = (n: number): SpawnedNode => nodes[n % nodes.length]!;
    const owner = await open(connectBare(at(count - 1), {user: 'owner'}));
    await owner.request('room.create', {room});
    await owner.request('room.join', {room});
    await owner.request(people.limits.name, {room, peers: limit});
    for (let from = 0; from < joins; from += sessionsPerUser) {
      const wave = Array.from({length: Math.min(sessionsPerUser, joins - from)}, (_, n) =>
        LeanClient.enter(at(n).url, `user-${from / sessionsPerUser}`, room),
      );
      clients.push(...(await Promise.all(wave)));
      if (clients.length % 1_000 === 0) say(`${clients.length} sessions`);
    }
    // Who comes first begins the call on its own node: the first, which is killed afterwards.
    const first = await open(Caller.connect(at(0), 'first'));
    await first.join();
    const before = await everybody(clients, owner);
    at(0).kill('SIGKILL');
    await at(0).ended;
    const survivors = clients.filter((_, n) => (n % sessionsPerUser) % nodes.length !== 0);
    const after = await everybody(survivors, owner);
    return {before, after, output: nodes.map((node) => node.output()).join('\n')};
  } finally {
    for (const client of clients) client.close();
    for (const each of opened) await each[Symbol.asyncDispose]();
  }
}

/** All join at once; who is told to try again does, until it is in or there is no place. */
async function everybody(clients: readonly LeanClient[], owner: BareClient): Promise<Round> {
  const told = owner.events.length;
  const begunAt = performance.now();
  let putOff = 0;
  /** How often each had been told that it was out when it joined. */
  const outBefore = new Map<LeanClient, number>();
  const outcomes = await Promise.all(
    clients.map(async (client, n) => {
      for (;;) {
        const answer = await client.ask(call.join.name, {room, id: `join-${n}`, rtpCapabilities: {codecs: []}});
        if (answer === undefined) return 'gone';
        if (answer.ok) {
          outBefore.set(client, client.putOut);
          return 'joined';
        }
        if (!answer.error.retryable) return answer.error.code;
        putOff += 1;
        await pause((answer.error.retryAfterMs ?? 500) * (1 + Math.random()));
      }
    }),
  );
  const tookMs = Math.round(performance.now() - begunAt);
  const {peers} = await owner.request<{peers: unknown[]}>(people.get.name, {room});
  const counts = owner.events
    .slice(told)
    .filter(({name}) => name === call.status.name)
    .map(({payload}) => call.status.payload.parse(payload).peers);
  const tally = (outcome: string): number => outcomes.filter((each) => each === outcome).length;
  return {
    joined: tally('joined'),
    refused: tally('call_full'),
    lost: [...outBefore].filter(([{putOut}, before]) => putOut > before).length,
    putOff,
    peers: peers.length,
    most: Math.max(peers.length, ...counts),
    tookMs,
  };
}
