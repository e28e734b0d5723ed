import {setTimeout as delay} from 'node:timers/promises';
import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {CallCluster, type CallClusterShape} from '../subjects/call-cluster.js';
import {apart} from '../webrtc/apart.js';
import {ready, type Outlasting} from '../webrtc/outlast.js';

const options = {
  calls: {about: 'calls of two peers each, of four where they are on two nodes', default: 6, least: 1, most: 100},
  rounds: {about: 'how often it happens', default: 5, least: 1, most: 1_000},
  seconds: {
    about: 'seconds that the peers listen each time; it happens after one of them',
    default: 8,
    least: 4,
    most: 120,
  },
};
type Parameters = ParametersOf<typeof options>;
type Name = 'worker-kill' | 'media-node-kill' | 'call-drain' | 'call-part-drain';

export interface CallFailureSubject {
  /** The longest silence of each peer whose call was lost or moved, in milliseconds. */
  readonly silentMs: Percentiles;
  /** And of those whose calls were elsewhere. */
  readonly othersMs: Percentiles;
  /** Packets that those others did not get. */
  readonly othersLost: number;
  /** Peers that heard nothing again. */
  readonly notBack: number;
  /** How long the node took to end, in milliseconds. */
  readonly endedMs: Percentiles;
}
export type CallFailureResult = RunResult<Name, Parameters, CallFailureSubject>;

const figures: readonly Figure<CallFailureSubject>[] = [
  {heading: 'interrupted', digits: 0, value: (s) => s.silentMs.count},
  {heading: 'not back', digits: 0, value: (s) => s.notBack},
  {heading: 'silent p50 ms', digits: 0, value: (s) => s.silentMs.p50},
  {
    heading: 'silent p95 ms',
    chart: {title: 'The longest silence of peers whose call it was, 95th percentile', unit: 'ms'},
    digits: 0,
    value: (s) => s.silentMs.p95,
  },
  {heading: 'silent p99 ms', digits: 0, value: (s) => s.silentMs.p99},
  {heading: 'others p95 ms', digits: 0, value: (s) => s.othersMs.p95},
  {heading: 'others max ms', digits: 0, value: (s) => s.othersMs.max},
  {heading: 'others lost', digits: 0, value: (s) => s.othersLost},
  {heading: 'ended p95 ms', digits: 0, value: (s) => s.endedMs.p95},
];

interface Failure {
  readonly name: Name;
  readonly title: string;
  readonly about: string;
  /** In a sentence on what was done. */
  readonly done: string;
  /** By name. */
  readonly cases: Readonly<Record<string, Case>>;
}

interface Case {
  readonly cluster: CallClusterShape;
  /** Of each call. Default: 2. */
  readonly peers?: number;
  /** Answers how long the node took to end, if one did. */
  readonly happens: (cluster: CallCluster, rooms: readonly string[]) => Promise<number | undefined>;
}

const failure = ({name, title, about, done, cases}: Failure) =>
  scenario({
    name,
    about,
    options,
    run: async (parameters, comparison: Comparison) => {
      const progress = new Progress();
      const subjects: Record<string, CallFailureSubject> = {};
      for (const [subject, one] of Object.entries(cases)) subjects[subject] = await run(parameters, progress, one);
      progress.settle(`${name}: done`);
      const result: CallFailureResult = {
        scenario: name,
        at: new Date().toISOString(),
        params: parameters,
        machine: machine(),
        subjects,
        ratios: {},
      };
      const {calls, rounds} = parameters;
      const what = `${String(calls)} calls of two peers without a browser that do ICE, DTLS and SRTP, connected to a hub where nothing else is said; ${String(rounds)} times ${done}; milliseconds without a packet of another peer's microphone; others: who was not told that anything happened`;
      publishResult(result, {title, about: what, figures, phrase: () => ''}, comparison);
    },
  });

export const workerKill = failure({
  name: 'worker-kill',
  title: 'A media worker is killed',
  about:
    'one of two media workers is killed, and the only one of a node that runs calls which others carry too (home): how long who was on it is silent, and the others',
  done: 'one of the two workers of the media node was ended by SIGKILL; home: the worker of the node that ran the calls, where two of four peers each were connected to it and two to another node (PARLEY_CALL_SPREAD=near)',
  cases: {
    parley: {cluster: {hubs: 1, media: 1, workers: 2}, happens: killWorker},
    home: {cluster: {hubs: 0, media: 0, near: 2}, peers: 4, happens: killWorker},
  },
});

export const mediaNodeKill = failure({
  name: 'media-node-kill',
  title: 'A media node is killed',
  about: 'one of two media nodes is killed: how long its calls are silent, and the others',
  done: 'one of two media nodes was ended by SIGKILL, and another one started for the next time',
  cases: {
    parley: {
      cluster: {hubs: 1, media: 2},
      happens: async (cluster) => {
        await cluster.endFirst('SIGKILL');
        return undefined;
      },
    },
  },
});

export const callDrain = failure({
  name: 'call-drain',
  title: 'A media node is told to stop',
  about:
    'one of two media nodes is told to stop, and calls are moved to the other worker of their node (worker): how long they are silent',
  done: 'one of two media nodes was told to stop by SIGTERM, and another one started for the next time; worker: each call was moved to others of the four workers of its node (POST /v1/calls/:room/move)',
  cases: {
    parley: {cluster: {hubs: 1, media: 2}, happens: (cluster) => cluster.endFirst('SIGTERM')},
    worker: {
      cluster: {hubs: 1, media: 1, workers: 4},
      happens: async (cluster, rooms) => {
        await cluster.moveToOtherWorkers(rooms);
        return undefined;
      },
    },
  },
});

export const callPartDrain = failure({
  name: 'call-part-drain',
  title: 'A node that carries peers of others’ calls is told to stop',
  about: 'a node is told to stop that carries every second peer of calls that another runs: how long they are silent',
  done: 'the second of two nodes, which carried the second peer of each call that the first one ran (PARLEY_CALL_SPREAD=near), was told to stop by SIGTERM, and another one started for the next time',
  cases: {parley: {cluster: {hubs: 0, media: 0, near: 2}, happens: (cluster) => cluster.endSecondNear('SIGTERM')}},
});

function killWorker(cluster: CallCluster): Promise<undefined> {
  cluster.killWorker();
  return Promise.resolve(undefined);
}

/** Each node says every 2 s that it has room for parts of others' calls. */
const acquaintedMs = 4_500;

async function run(
  {calls, rounds, seconds}: Parameters,
  progress: Progress,
  {cluster: shape, peers = 2, happens}: Case,
): Promise<CallFailureSubject> {
  await using cluster = await CallCluster.start(shape);
  const outcomes: Outlasting[] = [];
  const ended: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    progress.show(`${String(round)} of ${String(rounds)}`);
    if (shape.near !== undefined) await delay(acquaintedMs);
    const [first, ...others] = [...cluster.hubs, ...cluster.near].map(({url}) => ({url, secret: cluster.secret}));
    if (first === undefined) throw new Error('There is no node for clients.');
    const rooms = Array.from({length: calls}, (_, n) => `round-${String(round)}-${String(n)}`);
    let happening: Promise<number | undefined> | undefined;
    outcomes.push(
      ...(await apart('outlast', {servers: [first, ...others], rooms, peers, ms: seconds * 1_000}, (text) => {
        if (text !== ready) return;
        happening = delay(1_000).then(() => happens(cluster, rooms));
        // It is looked at when the peers are done.
        happening.catch(() => undefined);
      })),
    );
    const endedMs = await happening;
    if (endedMs !== undefined) ended.push(endedMs);
    while (cluster.media.length < shape.media) await cluster.addMedia();
    while (cluster.near.length < (shape.near ?? 0)) await cluster.addNear();
  }
  const interrupted = outcomes.filter(({told}) => told !== undefined);
  const others = outcomes.filter(({told}) => told === undefined);
  const silences = (of: readonly Outlasting[]): Percentiles => percentilesOf(of.map(({silentMs}) => silentMs));
  return {
    silentMs: silences(interrupted),
    othersMs: silences(others),
    othersLost: others.reduce((sum, {lost}) => sum + lost, 0),
    // From the moment that it happens to the end of listening.
    notBack: outcomes.filter(({silentMs}) => silentMs > (seconds - 1.5) * 1_000).length,
    endedMs: percentilesOf(ended),
  };
}
