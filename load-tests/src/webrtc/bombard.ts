import {createSocket} from 'node:dgram';
import {connect, type Socket} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {CallPeer, type CallServer} from './call-peer.js';
import {garbage, rtcp, rtp, seeded, type Chance} from './garbage.js';
import type {Job} from './job.js';
import {oddTrack, type OddTrack} from './odd-track.js';
import {Pacer} from './pacer.js';
import {microphone} from './track.js';

export interface Bombard {
  readonly server: CallServer;
  /** Of the media worker, UDP and TCP. */
  readonly port: number;
  readonly packets: number;
  readonly seed: number;
}

export interface Bombarded {
  readonly sent: {readonly udp: number; readonly tcp: number; readonly inside: number};
  /** Tracks of the third peer that no browser would publish, and that the engine took. */
  readonly oddTracks: number;
  /** Packets of the other one's microphone that each of two peers heard when it was over, in two seconds of a hundred. */
  readonly heardAfter: readonly number[];
}

const perTurn = 50;
/** Packets until the third peer publishes another track, most of them its own. */
const perTrack = 150;
const listenMs = 2_000;
const address = '127.0.0.1';

/**
 * Garbage at the port of a worker, from strangers by UDP and TCP, and encrypted from a third peer of the call, of tracks
 * that it described as no browser would, while two others talk.
 */
export const bombard: Job<Bombard, Bombarded> = async ({server, port, packets, seed}, say) => {
  const chance = seeded(seed);
  const room = 'call';
  const [talk, before] = [new Pacer(), new Pacer()];
  const ann = await CallPeer.connect(server, 'ann', room, talk);
  const bob = await CallPeer.connect(server, 'bob', room, talk);
  const eve = await CallPeer.connect(server, 'eve', room, before);
  for (const peer of [ann, bob, eve]) await peer.join();
  const streams = await Promise.all([ann, bob, eve].map((peer) => peer.publish(microphone)));
  const [own = 1] = [streams.at(-1)?.ssrc];
  await Promise.all([ann, bob].map(({ear}) => ear.untilTracks(2)));
  // What she says from now on has numbers that her own stream would not come after.
  before.stop();

  const udp = createSocket('udp4');
  const sent = {udp: 0, tcp: 0, inside: 0};
  let odd: OddTrack | undefined;
  let takeBack: (() => Promise<unknown>) | undefined;
  let oddTracks = 0;
  let stranger: Socket | undefined;
  for (let n = 0; n < packets; n += 1) {
    const way = chance(10);
    if (way < 6) {
      udp.send(garbage(chance), port, address);
      sent.udp += 1;
    } else if (way < 8) {
      stranger =
        stranger === undefined || stranger.destroyed || chance(20) === 0 ? newStranger(port, stranger) : stranger;
      stranger.write(framed(garbage(chance), chance));
      sent.tcp += 1;
    } else if (tryToSend(eve, fromInside(chance, [own, ...(odd?.ssrcs ?? [])], odd?.payloadTypes))) sent.inside += 1;
    if (n % perTrack === 0) {
      await takeBack?.();
      odd = oddTrack(chance);
      takeBack = await eve.publishSilent(
        {kind: odd.kind, source: odd.kind === 'audio' ? 'screenAudio' : 'camera'},
        odd.rtpParameters,
      );
      if (takeBack !== undefined) oddTracks += 1;
    }
    if (n % perTurn === 0) await delay(1);
    if (n % 5_000 === 0) say(`${String(n)} of ${String(packets)} packets`);
  }
  stranger?.destroy();
  udp.close();
  await eve.leave();
  await delay(500);
  const heard = [ann, bob].map(({ear}) => ear.packets);
  await delay(listenMs);
  return {sent, oddTracks, heardAfter: [ann, bob].map(({ear}, index) => ear.packets - (heard[index] ?? 0))};
};

/** RTP and RTCP, half of it of these streams. */
function fromInside(chance: Chance, ssrcs: readonly number[], payloadTypes?: readonly number[]): Buffer {
  if (chance(3) === 0) return rtcp(chance);
  return rtp(chance, chance(3) > 0 ? ssrcs[chance(ssrcs.length)] : undefined, payloadTypes);
}

/** False of what cannot be encrypted: it has no length that could be its own. */
function tryToSend(peer: CallPeer, packet: Buffer): boolean {
  try {
    return peer.send(packet);
  } catch {
    return false;
  }
}

function newStranger(port: number, before: Socket | undefined): Socket {
  before?.destroy();
  const socket = connect(port, address);
  // The worker may end it at any byte.
  socket.on('error', () => socket.destroy());
  return socket;
}

/** As ICE frames what goes by TCP (RFC 4571): the length, which may be another, and then the packet. */
function framed(packet: Buffer, chance: (end: number) => number): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(chance(5) === 0 ? chance(0x1_0000) : packet.length, 0);
  return Buffer.concat([head, packet]);
}
