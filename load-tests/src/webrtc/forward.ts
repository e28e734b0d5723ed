import {setTimeout as delay} from 'node:timers/promises';
import type {Percentiles} from '../measure/percentiles.js';
import {processUsage} from '../measure/process-usage.js';
import {latencyHistogram} from '../generator/tally.js';
import type {MediaPeerName} from '../subjects/peer-names.js';
import {BarePeer} from './bare-peer.js';
import {CallPeer} from './call-peer.js';
import {JanusPeer} from './janus-peer.js';
import type {Job} from './job.js';
import type {MediaPeer} from './media-peer.js';
import {Pacer} from './pacer.js';
import {camera, microphone} from './track.js';

export interface Forward {
  /** Parley, or the peer of that name. */
  readonly subject: 'parley' | MediaPeerName;
  readonly server: {readonly url: string; readonly secret: string | undefined};
  /** Of the server, and of its media worker if that is another process. */
  readonly pid: number;
  readonly workerPid: number;
  readonly rooms: number;
  /** In each room; all publish a microphone and a camera. */
  readonly peers: number;
  readonly seconds: number;
}

export interface Forwarded {
  /** Packets that should have come to somebody, and that did. */
  readonly expected: number;
  readonly received: number;
  readonly seconds: number;
  readonly workerMicros: number;
  /** Of the process that drives the worker. */
  readonly serverMicros: number;
  /** From the making of a packet to its arrival, in milliseconds. */
  readonly latencyMs: Percentiles;
}

const warmUpMs = 1_000;
const lastPacketsMs = 300;

/** Full rooms at a steady rate: what was forwarded, and what it took of a processor. */
export const forward: Job<Forward, Forwarded> = async (params, say) => {
  const {pid, workerPid, rooms, peers: count, seconds} = params;
  const pacer = new Pacer();
  const peers: MediaPeer[] = [];
  for (let room = 0; room < rooms; room += 1) {
    say(`room ${String(room + 1)} of ${String(rooms)} is filled`);
    peers.push(...(await fill(params, `room${String(room)}`, pacer)));
  }
  const tracks = [microphone, camera];
  const streams = await Promise.all(peers.flatMap((peer) => tracks.map((track) => peer.publish(track))));
  await Promise.all(peers.map(({ear}) => ear.untilTracks((count - 1) * tracks.length)));
  await delay(warmUpMs);

  const received = (): number => peers.reduce((sum, {ear}) => sum + ear.packets, 0);
  const sent = (): number => streams.reduce((sum, stream) => sum + stream.sent, 0);
  const latency = latencyHistogram();
  for (const {ear} of peers) ear.latency = latency;
  const before = {received: received(), sent: sent(), worker: processUsage(workerPid), server: processUsage(pid)};
  const begunAt = performance.now();
  for (let second = 1; second <= seconds; second += 1) {
    await delay(begunAt + second * 1_000 - performance.now());
    say(`${String(second)} of ${String(seconds)} s, ${String(received() - before.received)} packets`);
  }
  const workerMicros = processUsage(workerPid).cpuMicros - before.worker.cpuMicros;
  const serverMicros = processUsage(pid).cpuMicros - before.server.cpuMicros;
  const elapsed = (performance.now() - begunAt) / 1_000;
  pacer.stop();
  const expected = (sent() - before.sent) * (count - 1);
  await delay(lastPacketsMs);
  const ms = (percentile: number): number => latency.getValueAtPercentile(percentile) / 1_000;
  return {
    expected,
    received: received() - before.received,
    seconds: elapsed,
    workerMicros,
    serverMicros,
    latencyMs: {count: latency.totalCount, p50: ms(50), p95: ms(95), p99: ms(99), max: latency.maxValue / 1_000},
  };
};

async function fill(params: Forward, room: string, pacer: Pacer): Promise<MediaPeer[]> {
  const peers = await Promise.all(
    Array.from({length: params.peers}, (_, n) => connect(params, `${room}-${String(n)}`, room, pacer)),
  );
  await Promise.all(peers.map((peer) => peer.join()));
  return peers;
}

function connect({subject, server}: Forward, name: string, room: string, pacer: Pacer): Promise<MediaPeer> {
  const {url, secret = ''} = server;
  switch (subject) {
    case 'parley':
      return CallPeer.connect({url, secret}, name, room, pacer);
    case 'mediasoup':
      return BarePeer.connect(url, room, pacer);
    case 'janus':
      return JanusPeer.connect(url, name, room, pacer);
  }
}
