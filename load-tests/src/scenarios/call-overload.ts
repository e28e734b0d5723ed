import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {mediaSettings, workerOf} from '../subjects/media-worker.js';
import {startParleyNode} from '../subjects/parley.js';
import {confine} from '../subjects/processor-share.js';
import {apart} from '../webrtc/apart.js';
import type {Overloaded} from '../webrtc/overload.js';

const options = {
  share: {about: 'per cent of a processor that the only worker may have', default: 25, least: 10, most: 100},
  peers: {about: 'peers in each call, all with microphone and camera', default: 6, least: 2, most: 50},
  pause: {about: 'milliseconds between two peers that come', default: 800, least: 100, most: 60_000},
  seconds: {about: 'measured seconds after the last has come', default: 15, least: 1, most: 600},
  most: {about: 'peers at most until the worker is strained', default: 100, least: 2, most: 1_000},
};
type Parameters = ParametersOf<typeof options>;

/** Of what it may have, what the worker takes at most: the rest is for bursts, and for what is measured late. */
const fullShare = 0.8;

export interface CallOverloadSubject extends Pick<Overloaded, 'fits' | 'asked' | 'admitted' | 'degrees' | 'workerCpu'> {
  readonly refused: number;
  readonly retryAfterMs: Percentiles;
  /** Of all packets to those who were admitted, from when the worker was strained. */
  readonly lostPct: number;
  /** The same of each of their streams. */
  readonly streamLostPct: Percentiles;
  readonly latencyMs: Percentiles;
}
export type CallOverloadResult = RunResult<'call-overload', Parameters, CallOverloadSubject>;

const figures: readonly Figure<CallOverloadSubject>[] = [
  {heading: 'peers that fit', digits: 0, value: (s) => s.fits},
  {heading: 'peers that came', digits: 0, value: (s) => s.asked},
  {heading: 'admitted', digits: 0, value: (s) => s.admitted},
  {heading: 'refused', digits: 0, value: (s) => s.refused},
  {heading: 'to come again in ms', digits: 0, value: (s) => s.retryAfterMs.p50},
  {heading: 'worker CPU %', digits: 1, value: (s) => s.workerCpu * 100},
  {
    heading: 'lost %',
    chart: {title: 'Packets lost of those who were admitted, with twice as many as fit', unit: '%'},
    digits: 3,
    value: (s) => s.lostPct,
  },
  {heading: 'lost of a stream p50 %', digits: 3, value: (s) => s.streamLostPct.p50},
  {heading: 'p95', digits: 3, value: (s) => s.streamLostPct.p95},
  {heading: 'p99', digits: 3, value: (s) => s.streamLostPct.p99},
  {heading: 'late p50 ms', digits: 1, value: (s) => s.latencyMs.p50},
  {heading: 'p95 ms', digits: 1, value: (s) => s.latencyMs.p95},
  {
    heading: 'p99 ms',
    chart: {title: 'From sender to receiver, 99th percentile', unit: 'ms'},
    digits: 1,
    value: (s) => s.latencyMs.p99,
  },
];

export const callOverload = scenario({
  name: 'call-overload',
  about: 'what becomes of calls when twice as many peers come as a node can carry',
  options,
  run: runCallOverload,
});

async function runCallOverload(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {share, peers, pause: pauseMs, seconds, most} = parameters;
  const progress = new Progress();
  const fullAt = Math.max(5, Math.floor(share * fullShare));
  const node = await startParleyNode({env: {...mediaSettings(1), PARLEY_MEDIA_FULL_AT: `${String(fullAt)}%`}});
  const workerPid = workerOf(node.pid);
  const {release, sentence} = tryToConfine(workerPid, share);
  try {
    const {url, secret} = node;
    const params = {server: {url, secret}, workerPid, peers, pauseMs, seconds, most};
    const outcome = await apart('overload', params, (text) => {
      progress.show(text);
    });
    progress.settle(`calls were told: ${outcome.degrees.join(', ')}`);
    const result: CallOverloadResult = {
      scenario: 'call-overload',
      at: new Date().toISOString(),
      params: parameters,
      machine: machine(),
      subjects: {parley: sumUp(outcome)},
      ratios: {},
    };
    const about = `Peers with microphone and camera come one after the other into calls of ${String(peers)}, until a node with one media worker, full at ${String(fullAt)} % of a processor, begins to spare; then as many come again. ${sentence} Measured from then until ${String(seconds)} s after the last one. Calls were told: ${outcome.degrees.join(', ')}`;
    publishResult(result, {title: 'Twice the load that fits', about, figures, phrase: () => ''}, comparison);
  } finally {
    await node.stop();
    await release();
  }
}

function tryToConfine(pid: number, share: number): {release: () => Promise<void>; sentence: string} {
  try {
    const {release} = confine(pid, share / 100);
    return {release, sentence: `The worker gets no more than ${String(share)} %.`};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {release: () => Promise.resolve(), sentence: `The worker could take more (${reason}).`};
  }
}

function sumUp({streams, retryAfterMs, ...rest}: Overloaded): CallOverloadSubject {
  const sum = (of: 'expected' | 'lost'): number => streams.reduce((total, stream) => total + stream[of], 0);
  return {
    ...rest,
    refused: retryAfterMs.length,
    retryAfterMs: percentilesOf(retryAfterMs),
    lostPct: (sum('lost') / Math.max(1, sum('expected'))) * 100,
    streamLostPct: percentilesOf(streams.map(({expected, lost}) => (lost / expected) * 100)),
  };
}
