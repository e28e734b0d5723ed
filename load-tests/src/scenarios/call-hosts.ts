import {setTimeout as delay} from 'node:timers/promises';
import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {workerOf} from '../subjects/media-worker.js';
import {TwoHosts} from '../subjects/two-hosts.js';
import {UsageError} from '../usage-error.js';
import {apart} from '../webrtc/apart.js';
import {ready} from '../webrtc/outlast.js';

const options = {
  calls: {about: 'calls of two peers, one on each host', default: 5, least: 1, most: 100},
  away: {about: 'for how many seconds nothing goes from host to host', default: 10, least: 1, most: 600},
};
type Parameters = ParametersOf<typeof options>;

export interface CallHostsSubject {
  /** The longest time without a packet of the peer on the other host, of each peer, in milliseconds. */
  readonly silentMs: Percentiles;
  /** Peers that did not hear the other one at the end. */
  readonly notBack: number;
  /** Peers that were told that the call is lost for them, and joined again. */
  readonly told: number;
  /** Pipes between the hosts, as the metrics of each say while all hear each other. */
  readonly pipes: readonly number[];
  /** Pipes that were made anew because nothing came through, or because an end was gone. */
  readonly rebuilt: number;
}
export type CallHostsResult = RunResult<'call-hosts', Parameters, CallHostsSubject>;

const figures: readonly Figure<CallHostsSubject>[] = [
  {heading: 'peers', digits: 0, value: (s) => s.silentMs.count},
  {heading: 'told', digits: 0, value: (s) => s.told},
  {heading: 'silent p50 ms', digits: 0, value: (s) => s.silentMs.p50},
  {
    heading: 'silent p95 ms',
    chart: {title: 'The longest silence of the peer on the other host', unit: 'ms'},
    digits: 0,
    value: (s) => s.silentMs.p95,
  },
  {heading: 'not back', digits: 0, value: (s) => s.notBack},
  {heading: 'pipes made anew', digits: 0, value: (s) => s.rebuilt},
];

export const callHosts = scenario({
  name: 'call-hosts',
  about:
    'calls with peers on two hosts (network namespaces): nothing goes between them for a while, and one’s worker dies',
  options,
  run: runCallHosts,
});

/** Each says every 2 s that it has room for parts of others' calls. */
const acquaintedMs = 4_500;
/** Gauges of media are as old as this at most. */
const sampledMs = 2_500;
/** What peers and nodes take at most to hear of it and to be back. */
const recoveryMs = 6_000;
/** Who heard nothing for so long at the end does not hear. */
const silenceMs = 2_000;

async function runCallHosts(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {missing} = TwoHosts;
  if (missing !== undefined) throw new UsageError(missing);
  const {calls, away} = parameters;
  const progress = new Progress();
  await using hosts = await TwoHosts.start();
  await delay(acquaintedMs);
  progress.show('the worker of one host dies');
  const death = await endure(hosts, {name: 'death', calls, ms: recoveryMs + silenceMs}, () => {
    const [, south] = hosts.nodes;
    if (south !== undefined) process.kill(workerOf(south.pid), 'SIGKILL');
    return Promise.resolve();
  });
  // Afterwards each of the two hosts distrusts the way to the other for a minute.
  progress.show('nothing goes from host to host');
  const cut = await endure(hosts, {name: 'cut', calls, ms: away * 1_000 + recoveryMs}, async () => {
    hosts.joined = false;
    await delay(away * 1_000);
    hosts.joined = true;
  });
  progress.settle('done');
  const result: CallHostsResult = {
    scenario: 'call-hosts',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {cut, death},
    ratios: {},
  };
  const about = `${String(calls)} calls of two peers by ICE, DTLS and SRTP, each peer’s media on a host of its own (PARLEY_CALL_SPREAD=near), with pipes between the hosts over a line that is taken down for ${String(away)} s`;
  publishResult(result, {title: 'One call on two hosts', about, figures, phrase: () => ''}, comparison);
}

/** What peers of calls on both hosts hear of one another while something happens. */
async function endure(
  hosts: TwoHosts,
  {name, calls, ms}: {name: string; calls: number; ms: number},
  happens: () => Promise<void>,
): Promise<CallHostsSubject> {
  const rooms = Array.from({length: calls}, (_, n) => `${name}-${String(n)}`);
  let pipes: readonly number[] = [];
  let happening = Promise.resolve();
  const before = await rebuilt(hosts);
  const came = await apart('outlast', {servers: hosts.servers, rooms, ms}, (text) => {
    if (text !== ready) return;
    happening = delay(sampledMs)
      .then(async () => (pipes = await hosts.metric('parley_media_pipes{kind="node",state="connected"')))
      .then(happens);
  });
  await happening;
  return {
    silentMs: percentilesOf(came.map(({silentMs}) => silentMs)),
    notBack: came.filter(({endedMs}) => endedMs > silenceMs).length,
    told: came.filter(({told}) => told !== undefined).length,
    pipes,
    rebuilt: (await rebuilt(hosts)) - before,
  };
}

async function rebuilt(hosts: TwoHosts): Promise<number> {
  const hows = ['closed', 'blocked'].map((how) => hosts.metric(`parley_call_pipes_broken_total{how="${how}"`));
  return (await Promise.all(hows)).flat().reduce((sum, count) => sum + count, 0);
}
