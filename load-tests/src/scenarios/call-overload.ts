import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {OverloadedNodes} from '../subjects/overloaded-nodes.js';
import {apart} from '../webrtc/apart.js';
import type {Overloaded} from '../webrtc/overload.js';

const options = {
  nodes: {about: 'nodes, each with one media worker', default: 1, least: 1, most: 16},
  times: {about: 'times as many peers come as fit, on all nodes', default: 2, least: 1, most: 10},
  share: {about: 'per cent of a processor that each worker may have', default: 25, least: 10, most: 100},
  peers: {about: 'peers in each call, all with microphone and camera', default: 6, least: 2, most: 50},
  pause: {about: 'milliseconds between two peers that come', default: 800, least: 100, most: 60_000},
  seconds: {about: 'measured seconds after the last has come', default: 15, least: 1, most: 600},
  most: {about: 'peers at most until a worker is strained', default: 100, least: 2, most: 1_000},
};
type Parameters = ParametersOf<typeof options>;

/** Of what it may have, what the worker takes at most: the rest is for bursts, and for what is measured late. */
const fullShare = 0.8;

export interface CallOverloadSubject extends Pick<Overloaded, 'fits' | 'asked' | 'admitted' | 'degrees' | 'workerCpu'> {
  readonly refused: number;
  /** Of those who were admitted, how many each node carried at most. */
  readonly carried: readonly number[];
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
  {heading: 'on other nodes', digits: 0, value: ({carried}) => carried.slice(1).reduce((sum, peers) => sum + peers, 0)},
  {heading: 'refused', digits: 0, value: (s) => s.refused},
  {heading: 'to come again in ms', digits: 0, value: (s) => s.retryAfterMs.p50},
  {heading: 'worker CPU %', digits: 1, value: (s) => s.workerCpu * 100},
  {
    heading: 'lost %',
    chart: {title: 'Packets lost of those who were admitted, with more than fit', unit: '%'},
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
  about: 'what becomes of calls when twice as many peers come as their nodes can carry',
  options,
  run: runCallOverload,
});

/** Metrics of media are as old as this at most. */
const sampledMs = 2_000;

async function runCallOverload(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {nodes, times, share, peers, pause: pauseMs, seconds, most} = parameters;
  const progress = new Progress();
  const fullAt = Math.max(5, Math.floor(share * fullShare));
  await using cluster = await OverloadedNodes.start({nodes, share, fullAt});
  const {server, workerPids, sentence} = cluster;
  let carried: readonly number[] = workerPids.map(() => 0);
  const looking = setInterval(() => {
    // What is missed once is seen the next time.
    cluster.carried().then((now) => (carried = carried.map((before, n) => Math.max(before, now[n] ?? 0))), ignore);
  }, sampledMs);
  const outcome = await apart('overload', {server, workerPids, times, peers, pauseMs, seconds, most}, (text) => {
    progress.show(text);
  }).finally(() => {
    clearInterval(looking);
  });
  progress.settle(`calls were told: ${outcome.degrees.join(', ')}; peers of each node: ${carried.join(', ')}`);
  const result: CallOverloadResult = {
    scenario: 'call-overload',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {parley: sumUp(outcome, carried)},
    ratios: {},
  };
  const where = nodes === 1 ? 'a node' : `the first of ${String(nodes)} nodes`;
  const wanted = `${String(times)} times as many as all nodes carry like that`;
  const about = `Peers with microphone and camera come one after the other into calls of ${String(peers)}, until ${where} with one media worker, full at ${String(fullAt)} % of a processor, begins to spare, and then others, until there were ${wanted}. ${sentence} Measured from then until ${String(seconds)} s after the last one. Calls were told: ${outcome.degrees.join(', ')}. Peers of each node: ${carried.join(', ')}`;
  publishResult(result, {title: 'More load than fits', about, figures, phrase: () => ''}, comparison);
}

const ignore = (): void => undefined;

function sumUp({streams, retryAfterMs, ...rest}: Overloaded, carried: readonly number[]): CallOverloadSubject {
  const sum = (of: 'expected' | 'lost'): number => streams.reduce((total, stream) => total + stream[of], 0);
  return {
    ...rest,
    carried,
    refused: retryAfterMs.length,
    retryAfterMs: percentilesOf(retryAfterMs),
    lostPct: (sum('lost') / Math.max(1, sum('expected'))) * 100,
    streamLostPct: percentilesOf(streams.map(({expected, lost}) => (lost / expected) * 100)),
  };
}
