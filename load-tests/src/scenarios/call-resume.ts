import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {CallCluster} from '../subjects/call-cluster.js';
import {apart} from '../webrtc/apart.js';
import type {Return} from '../webrtc/resume.js';

const options = {
  calls: {about: 'calls of two peers each', default: 10, least: 1, most: 200},
  rounds: {about: 'how often all their connections are cut', default: 10, least: 1, most: 1_000},
};
type Parameters = ParametersOf<typeof options>;

export interface CallResumeSubject {
  /** From the connection that is up again to the answer that tells where the call stands, in milliseconds. */
  readonly syncedMs: Percentiles;
  /** Transports, producers and consumers that were made or closed by all of it. */
  readonly recreated: number;
  /** The longest time without a packet of the other peer, in milliseconds. */
  readonly silentMs: Percentiles;
}
export type CallResumeResult = RunResult<'call-resume', Parameters, CallResumeSubject>;

const figures: readonly Figure<CallResumeSubject>[] = [
  {heading: 'returns', digits: 0, value: (s) => s.syncedMs.count},
  {heading: 're-created', digits: 0, value: (s) => s.recreated},
  {heading: 'synced p50 ms', digits: 1, value: (s) => s.syncedMs.p50},
  {
    heading: 'synced p95 ms',
    chart: {title: 'From the connection to knowing where the call stands, 95th percentile', unit: 'ms'},
    digits: 1,
    value: (s) => s.syncedMs.p95,
  },
  {heading: 'synced p99 ms', digits: 1, value: (s) => s.syncedMs.p99},
  {heading: 'silent p95 ms', digits: 0, value: (s) => s.silentMs.p95},
  {heading: 'silent max ms', digits: 0, value: (s) => s.silentMs.max},
];

export const callResume = scenario({
  name: 'call-resume',
  about: 'peers in calls lose their connections and come back, at the same node and at another one',
  options,
  run: runCallResume,
});

async function runCallResume(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {calls, rounds} = parameters;
  const progress = new Progress();
  await using cluster = await CallCluster.start({hubs: 2, media: 1});
  const servers = cluster.hubs.map(({url}) => ({url, secret: cluster.secret}));
  const measure = async (name: string, at: typeof servers): Promise<CallResumeSubject> => {
    const rooms = Array.from({length: calls}, (_, n) => `${name.replaceAll(' ', '-')}-${String(n)}`);
    const returns = await apart('resume', {servers: at, rooms, rounds: rounds + 1}, (text) => {
      progress.show(`${name}: ${text}`);
    });
    progress.settle(`${name}: done`);
    // Not the first time: what is loaded and compiled then is not what is measured.
    return sumUp(returns.slice(2 * calls));
  };
  const result: CallResumeResult = {
    scenario: 'call-resume',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {
      'same node': await measure('same node', servers.slice(0, 1)),
      'other node': await measure('other node', servers),
    },
    ratios: {},
  };
  const about = `${String(calls)} calls of two peers without a browser that do ICE, DTLS and SRTP, on a media node; ${String(rounds)} times the connections of all of them to their hub were cut at once`;
  publishResult(result, {title: 'Coming back into a call', about, figures, phrase: () => ''}, comparison);
}

const sumUp = (returns: readonly Return[]): CallResumeSubject => ({
  syncedMs: percentilesOf(returns.map(({syncedMs}) => syncedMs)),
  recreated: returns.reduce((sum, {recreated}) => sum + recreated, 0),
  silentMs: percentilesOf(returns.map(({silentMs}) => silentMs)),
});
