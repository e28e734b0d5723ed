import {setTimeout as delay} from 'node:timers/promises';
import {callReceiving, hasCode} from '@parley/protocol';
import {latencyHistogram} from '../generator/tally.js';
import type {Percentiles} from '../measure/percentiles.js';
import {meansOf, WorkerShares} from '../measure/worker-shares.js';
import {CallPeer, type CallServer} from './call-peer.js';
import {Gaps, type Lost} from './gaps.js';
import type {Job} from './job.js';
import {Pacer} from './pacer.js';
import {camera, microphone} from './track.js';

export interface Overload {
  readonly server: CallServer;
  /** Of each node, the first being the one where calls begin. */
  readonly workerPids: readonly number[];
  /** How many times as many come as fit on all nodes. */
  readonly times: number;
  /** In each room; all publish a microphone and a camera. */
  readonly peers: number;
  /** Between two peers that come. */
  readonly pauseMs: number;
  /** From when all have come. */
  readonly seconds: number;
  /** Who come at most until the first worker says that it is strained. */
  readonly most: number;
}

export interface Overloaded {
  /** Peers with whom the first worker began to be strained. */
  readonly fits: number;
  /** Peers who wanted to join: so many times as many for each node. */
  readonly asked: number;
  readonly admitted: number;
  /** When the others were told to come again, each. */
  readonly retryAfterMs: readonly number[];
  /** As calls were told them, in order, each once. */
  readonly degrees: readonly string[];
  /** Of those who were admitted, from when the first worker was strained. */
  readonly streams: readonly Lost[];
  readonly latencyMs: Percentiles;
  /** Of a processor, over the last seconds: the mean of all workers. */
  readonly workerCpu: number;
}

/** A node is filled up to its load, and then more come than it and the others carry. */
export const overload: Job<Overload, Overloaded> = async (params, say) => {
  const {server, workerPids, times, peers: perRoom, pauseMs, seconds, most} = params;
  const pacer = new Pacer();
  const admitted: CallPeer[] = [];
  const retryAfterMs: number[] = [];
  const degrees: string[] = [];
  const latency = latencyHistogram();
  let asked = 0;
  let fits: number | undefined;
  const attend = ({ear}: CallPeer): void => {
    ear.gaps = new Gaps();
    ear.latency = latency;
  };
  const come = async (): Promise<void> => {
    const room = `room${String(Math.floor(asked / perRoom))}`;
    asked += 1;
    const peer = await CallPeer.connect(server, `guest${String(asked)}`, room, pacer);
    peer.listen(callReceiving.strain, ({degree}) => {
      if (degree !== 'none') fits ??= admitted.length;
      if (!degrees.includes(degree)) degrees.push(degree);
    });
    try {
      await peer.join();
      await peer.publish(microphone);
      await peer.publish(camera);
      admitted.push(peer);
      if (fits !== undefined) attend(peer);
    } catch (error) {
      if (!hasCode(error, 'overloaded')) throw error;
      retryAfterMs.push(error.retryAfterMs ?? 0);
    }
    say(`${String(admitted.length)} of ${String(asked)} admitted, ${degrees.at(-1) ?? 'none'}`);
    await delay(pauseMs);
  };
  const wanted = (): number => (fits === undefined ? most : times * fits * workerPids.length);
  while (fits === undefined && asked < most) await come();
  admitted.forEach(attend);
  while (asked < wanted()) await come();
  const shares = new WorkerShares(workerPids);
  await delay(seconds * 1_000);
  shares.mark();
  const cpus = meansOf(shares.stretches);
  const workerCpu = cpus.reduce((sum, cpu) => sum + cpu, 0) / cpus.length;
  pacer.stop();
  const ms = (percentile: number): number => latency.getValueAtPercentile(percentile) / 1_000;
  return {
    fits: fits ?? asked,
    asked,
    admitted: admitted.length,
    retryAfterMs,
    degrees,
    streams: admitted.flatMap(({ear}) => [...(ear.gaps?.streams ?? [])]),
    latencyMs: {count: latency.totalCount, p50: ms(50), p95: ms(95), p99: ms(99), max: latency.maxValue / 1_000},
    workerCpu,
  };
};
