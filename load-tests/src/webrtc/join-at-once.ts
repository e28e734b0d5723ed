import {CallPeer, type CallServer} from './call-peer.js';
import type {Job} from './job.js';
import {Pacer} from './pacer.js';
import {microphone} from './track.js';

/** How one peer came into a call: milliseconds from its first request. */
export interface Joining {
  /** Until its transports carry packets and its microphone is published. */
  readonly joinedMs: number;
  /** Until the first packet of somebody else. */
  readonly firstAudioMs: number;
  /** Until it has heard every other one. */
  readonly allHeardMs: number;
}

export interface JoinAtOnce {
  readonly server: CallServer;
  readonly room: string;
  readonly peers: number;
  readonly rounds: number;
}

/** The same sessions join a call at the same moment, hear one another, and leave: so many times. */
export const joinAtOnce: Job<JoinAtOnce, readonly Joining[]> = async ({server, room, peers: count, rounds}, say) => {
  const pacer = new Pacer();
  const connecting = Array.from({length: count}, (_, n) =>
    CallPeer.connect(server, `${room}-${String(n)}`, room, pacer),
  );
  const peers = await Promise.all(connecting);
  const joinings: Joining[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${String(round)} of ${String(rounds)}`);
    joinings.push(...(await Promise.all(peers.map((peer) => joinOnce(peer, count - 1)))));
    await Promise.all(peers.map((peer) => peer.leave()));
  }
  return joinings;
};

async function joinOnce(peer: CallPeer, others: number): Promise<Joining> {
  const begunAt = performance.now();
  await peer.join();
  await peer.publish(microphone);
  const joinedMs = performance.now() - begunAt;
  const {ear} = peer;
  await ear.untilTracks(others);
  return {
    joinedMs,
    firstAudioMs: Math.min(...ear.firstAt) - begunAt,
    allHeardMs: Math.max(...ear.firstAt) - begunAt,
  };
}
