import {setTimeout as delay} from 'node:timers/promises';
import {CallPeer, type CallServer} from './call-peer.js';
import type {Job} from './job.js';
import {Pacer} from './pacer.js';
import {Silence} from './silence.js';
import {microphone} from './track.js';
import {TurningProxy} from './turning-proxy.js';

export interface Resume {
  /** Each loss of the connection leads to the next one. */
  readonly servers: readonly CallServer[];
  /** Calls of two peers each. */
  readonly rooms: readonly string[];
  readonly rounds: number;
}

/** One return of one peer. */
export interface Return {
  /** From the moment that the connection is up again to the answer that tells where the call stands, in milliseconds. */
  readonly syncedMs: number;
  /** Transports, producers and consumers that the server has and had not before, or had and has no more. */
  readonly recreated: number;
  /** The longest time meanwhile without a packet of the other one, in milliseconds. */
  readonly silentMs: number;
}

const withinMs = 30_000;

/** Pairs of peers are in calls and all lose their connections at once, again and again; their media is left alone. */
export const resume: Job<Resume, readonly Return[]> = async ({servers, rooms, rounds}, say) => {
  const [first] = servers;
  if (first === undefined) return [];
  const proxy = await TurningProxy.to(first.url);
  const server = {url: proxy.url, secret: first.secret};
  const pacer = new Pacer();
  const pairs = rooms.flatMap((room) => ['a', 'b'].map((name) => ({room, user: `${room}-${name}`})));
  const peers = await Promise.all(pairs.map(({room, user}) => CallPeer.connect(server, user, room, pacer)));
  await Promise.all(
    peers.map(async (peer) => {
      await peer.join();
      await peer.publish(microphone);
      await peer.ear.untilTracks(1);
    }),
  );
  const returns: Return[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${String(round)} of ${String(rounds)}`);
    const known = await Promise.all(peers.map(mediaOf));
    const coming = peers.map((peer, at) => returnOf(peer, known[at] ?? new Set()));
    await delay(200);
    proxy.cut(servers[round % servers.length]?.url ?? first.url);
    returns.push(...(await Promise.all(coming)));
  }
  return returns;
};

async function returnOf(peer: CallPeer, before: ReadonlySet<string>): Promise<Return> {
  const silence = new Silence();
  peer.onPacket = () => {
    silence.broken();
  };
  silence.begin();
  const upAt = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`${peer.user} has not come back.`));
    }, withinMs);
    peer.onNextResume(() => {
      clearTimeout(timer);
      resolve(performance.now());
    });
  });
  const after = await mediaOf(peer);
  const syncedMs = performance.now() - upAt;
  const recreated = new Set([...before, ...after]).size - [...before].filter((id) => after.has(id)).length;
  // What was interrupted shows within a moment.
  await delay(300);
  return {syncedMs, recreated, silentMs: silence.longestMs()};
}

/** The ids of all that the server has of this peer's media. */
async function mediaOf(peer: CallPeer): Promise<ReadonlySet<string>> {
  const {transports, producers, consumers} = await peer.sync();
  return new Set([
    ...transports.map(({transport}) => transport),
    ...producers.map(({producer}) => producer),
    ...consumers.map(({consumer}) => consumer),
  ]);
}
