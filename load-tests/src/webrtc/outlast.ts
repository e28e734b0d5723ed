import {setTimeout as delay} from 'node:timers/promises';
import {call} from '@parley/protocol';
import {CallPeer, type CallServer} from './call-peer.js';
import {Gaps} from './gaps.js';
import type {Job} from './job.js';
import {Pacer} from './pacer.js';
import {Silence} from './silence.js';
import {microphone} from './track.js';

/** How one peer came through. */
export interface Outlasting {
  /** Why its stay in the call ended meanwhile: `lost` or `moved`; undefined if it was left alone. */
  readonly told: string | undefined;
  /** The longest time without a packet of another one, in milliseconds; up to the end if none came again. */
  readonly silentMs: number;
  /** For how long there had been none at the end. */
  readonly endedMs: number;
  /** Packets that it was sent and that did not come, where it was left alone. */
  readonly lost: number;
}

export interface Outlast {
  /** Of the peers of a call, each connects to another. */
  readonly servers: readonly [CallServer, ...CallServer[]];
  readonly rooms: readonly string[];
  /** Of each call. Default: 2. */
  readonly peers?: number;
  /** For how long the peers listen, once all have heard each other. */
  readonly ms: number;
}

/** As the SDK joins again. */
const pausesMs = [0, 250, 500, 1_000, 2_000, 3_000];
/** As the SDK leaves what it has left behind. */
const trailMs = 2_000;

/** What is said when all hear each other. */
export const ready = 'ready';

/** Peers are in calls, whatever happens to those: each joins again when it is told to, as the SDK does. */
export const outlast: Job<Outlast, readonly Outlasting[]> = async ({servers, rooms, ms, peers: perCall = 2}, say) => {
  const pacer = new Pacer();
  const places = rooms.flatMap((room) =>
    Array.from({length: perCall}, (_, index) => ({
      room,
      user: `${room}-${String(index)}`,
      server: servers[index % servers.length] ?? servers[0],
    })),
  );
  const peers = await Promise.all(places.map(({room, user, server}) => CallPeer.connect(server, user, room, pacer)));
  const watched = peers.map((peer) => {
    const silence = new Silence();
    peer.onPacket = () => {
      silence.broken();
    };
    return {peer, silence, told: undefined as string | undefined};
  });
  // Who is first in a call decides where it is run: always at the first of its servers.
  for (let turn = 0; turn < perCall; turn += 1)
    await Promise.all(peers.filter((_, n) => n % perCall === turn).map(enter));
  await Promise.all(peers.map(({ear}) => ear.untilTracks(perCall - 1)));
  for (const one of watched) {
    one.peer.ear.gaps = new Gaps();
    one.peer.listen(call.closed, ({reason}) => {
      one.told = reason;
      if (reason === 'lost' || reason === 'moved') void comeBack(one.peer, reason === 'moved');
    });
    one.silence.begin();
  }
  say(ready);
  await delay(ms);
  const outcomes = watched.map(({peer, silence, told}) => ({
    told,
    lost: peer.ear.gaps?.streams.reduce((sum, {lost}) => sum + lost, 0) ?? 0,
    silentMs: silence.longestMs(),
    endedMs: silence.presentMs(),
  }));
  // Or their ports are kept for them as for any that may come back, while the next peers may be given the same ones.
  await Promise.all(peers.map((peer) => peer.ask(call.leave, {}).catch(() => undefined)));
  return outcomes;
};

async function enter(peer: CallPeer): Promise<void> {
  await peer.join();
  await peer.publish(microphone);
}

async function comeBack(peer: CallPeer, keeps: boolean): Promise<void> {
  for (const pauseMs of pausesMs) {
    await delay(pauseMs);
    try {
      const endBefore = await peer.joinAgain(keeps);
      await peer.publish(microphone);
      setTimeout(endBefore, trailMs);
      return;
    } catch {
      // Nobody can begin the call yet.
    }
  }
}
