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

export interface Forwarder {
  /** Parley, or the peer of that name. */
  readonly name: 'parley' | MediaPeerName;
  readonly server: {readonly url: string; readonly secret: string | undefined};
  /** Of the server, and of its media worker if that is another process. */
  readonly pid: number;
  readonly workerPid: number;
}

export interface Forward {
  /** All have the same to forward, in the same seconds. */
  readonly forwarders: readonly Forwarder[];
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

/** Full rooms at a steady rate: what was forwarded, and what it took of a processor, by each. */
export const forward: Job<Forward, readonly Forwarded[]> = async (params, say) => {
  const pacer = new Pacer();
  const gauges: Gauge[] = [];
  for (const forwarder of params.forwarders) gauges.push(await Gauge.fill(forwarder, params, pacer, say));
  await delay(warmUpMs);

  for (const gauge of gauges) gauge.begin();
  const begunAt = performance.now();
  for (let second = 1; second <= params.seconds; second += 1) {
    await delay(begunAt + second * 1_000 - performance.now());
    say(`${String(second)} of ${String(params.seconds)} s`);
  }
  for (const gauge of gauges) gauge.end();
  pacer.stop();
  await delay(lastPacketsMs);
  return gauges.map((gauge) => gauge.forwarded());
};

interface Reading {
  readonly at: number;
  readonly received: number;
  readonly sent: number;
  readonly workerMicros: number;
  readonly serverMicros: number;
}

/** The rooms of one that forwards, and what it has done and used between two moments. */
class Gauge {
  readonly #forwarder: Forwarder;
  readonly #receivers: number;
  readonly #peers: readonly MediaPeer[];
  readonly #streams: readonly {readonly sent: number}[];
  readonly #latency = latencyHistogram();
  #first: Reading | undefined;
  #last: Reading | undefined;

  private constructor(
    forwarder: Forwarder,
    receivers: number,
    peers: readonly MediaPeer[],
    streams: readonly {readonly sent: number}[],
  ) {
    this.#forwarder = forwarder;
    this.#receivers = receivers;
    this.#peers = peers;
    this.#streams = streams;
  }

  /** Resolves when everybody has a track of everybody else. */
  static async fill(
    forwarder: Forwarder,
    {rooms, peers: count}: Forward,
    pacer: Pacer,
    say: (text: string) => void,
  ): Promise<Gauge> {
    const peers: MediaPeer[] = [];
    for (let room = 0; room < rooms; room += 1) {
      say(`${forwarder.name}: room ${String(room + 1)} of ${String(rooms)} is filled`);
      peers.push(...(await fill(forwarder, `room${String(room)}`, count, pacer)));
    }
    const tracks = [microphone, camera];
    const streams = await Promise.all(peers.flatMap((peer) => tracks.map((track) => peer.publish(track))));
    await Promise.all(peers.map(({ear}) => ear.untilTracks((count - 1) * tracks.length)));
    return new Gauge(forwarder, count - 1, peers, streams);
  }

  begin(): void {
    for (const {ear} of this.#peers) ear.latency = this.#latency;
    this.#first = this.#read();
  }

  end(): void {
    this.#last = this.#read();
  }

  /** Packets that were sent before the end and came after it count as received. */
  forwarded(): Forwarded {
    const [first, last] = [this.#first, this.#last];
    if (!first || !last) throw new Error('Nothing was measured.');
    const ms = (percentile: number): number => this.#latency.getValueAtPercentile(percentile) / 1_000;
    return {
      expected: (last.sent - first.sent) * this.#receivers,
      received: this.#received() - first.received,
      seconds: (last.at - first.at) / 1_000,
      workerMicros: last.workerMicros - first.workerMicros,
      serverMicros: last.serverMicros - first.serverMicros,
      latencyMs: {
        count: this.#latency.totalCount,
        p50: ms(50),
        p95: ms(95),
        p99: ms(99),
        max: this.#latency.maxValue / 1_000,
      },
    };
  }

  #received(): number {
    return this.#peers.reduce((sum, {ear}) => sum + ear.packets, 0);
  }

  #read(): Reading {
    return {
      at: performance.now(),
      received: this.#received(),
      sent: this.#streams.reduce((sum, {sent}) => sum + sent, 0),
      workerMicros: processUsage(this.#forwarder.workerPid).cpuMicros,
      serverMicros: processUsage(this.#forwarder.pid).cpuMicros,
    };
  }
}

async function fill(forwarder: Forwarder, room: string, count: number, pacer: Pacer): Promise<MediaPeer[]> {
  const peers = await Promise.all(
    Array.from({length: count}, (_, n) => connect(forwarder, `${room}-${String(n)}`, room, pacer)),
  );
  await Promise.all(peers.map((peer) => peer.join()));
  return peers;
}

function connect({name: subject, server}: Forwarder, name: string, room: string, pacer: Pacer): Promise<MediaPeer> {
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
