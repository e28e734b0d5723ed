import {median} from '../measure/median.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {findJanus} from '../subjects/janus.js';
import {mediaSettings, mediaWorker, workerOf} from '../subjects/media-worker.js';
import {startParleyNode} from '../subjects/parley.js';
import {mediaPeerNames, type MediaPeerName} from '../subjects/peer-names.js';
import {startPeer} from '../subjects/peer.js';
import type {RunningSubject} from '../subjects/subject.js';
import {apart} from '../webrtc/apart.js';
import type {Forwarded, Forwarder} from '../webrtc/forward.js';

const options = {
  rooms: {about: 'full rooms', default: 2, least: 1, most: 100},
  peers: {about: 'peers in each, all with microphone and camera', default: 6, least: 2, most: 50},
  seconds: {about: 'measured seconds in each round', default: 8, least: 1, most: 600},
  rounds: {about: 'how often each subject is started and measured', default: 4, least: 1, most: 50},
  together: {
    about: '1: all subjects in the same seconds, so that what else goes on hits all alike; 0: in turns',
    default: 0,
    least: 0,
    most: 1,
  },
};
type Parameters = ParametersOf<typeof options>;

export interface CallForwardSubject {
  readonly deliveredPct: number;
  readonly packetsPerSecond: number;
  /** The median over the rounds, as all that follows. */
  readonly packetsPerWorkerCpuSecond: number;
  /** By the CPU of the worker and of the process that drives it. */
  readonly packetsPerCpuSecond: number;
  /** From the making of a packet to its arrival. */
  readonly latencyMs: {readonly p50: number; readonly p95: number; readonly p99: number};
}
export type CallForwardResult = RunResult<'call-forward', Parameters, CallForwardSubject>;

const figures: readonly Figure<CallForwardSubject>[] = [
  {heading: 'delivered %', digits: 2, value: (s) => s.deliveredPct},
  {heading: 'packets/s', digits: 0, value: (s) => s.packetsPerSecond},
  {
    heading: '1/worker CPU s',
    chart: {title: 'Packets per CPU second of the worker', unit: 'encrypted, higher is better'},
    digits: 0,
    value: (s) => s.packetsPerWorkerCpuSecond,
  },
  {
    heading: '1/CPU s',
    chart: {title: 'Packets per CPU second of worker and server', unit: 'encrypted, higher is better'},
    digits: 0,
    value: (s) => s.packetsPerCpuSecond,
  },
  {heading: 'p50 ms', digits: 2, value: (s) => s.latencyMs.p50},
  {heading: 'p95 ms', digits: 2, value: (s) => s.latencyMs.p95},
  {
    heading: 'p99 ms',
    chart: {title: 'From sender to receiver, 99th percentile', unit: 'ms'},
    digits: 2,
    value: (s) => s.latencyMs.p99,
  },
];

export const callForward = scenario({
  name: 'call-forward',
  about: 'what it costs a media worker to forward encrypted packets of full calls',
  options,
  peers: mediaPeerNames,
  run: runCallForward,
});

type SubjectName = 'parley' | MediaPeerName;

/** What forwards for each: the program of the process that is measured. */
interface Chosen {
  readonly name: SubjectName;
  readonly program: string;
}

const start = ({name, program}: Chosen): Promise<RunningSubject> =>
  name === 'parley' ? startParleyNode({env: mediaSettings(1)}) : startPeer(name, [], [program]);

/** Parley first; one that is not on this machine is left out, which is said. */
function choose(peers: Comparison['peers'], leftOut: (text: string) => void): Chosen[] {
  const worker = mediaWorker();
  const chosen: Chosen[] = [{name: 'parley', program: worker}];
  for (const name of mediaPeerNames.filter((one) => peers.includes(one))) {
    const found = name === 'janus' ? findJanus() : {program: worker};
    if ('program' in found) chosen.push({name, ...found});
    else leftOut(`${name} is left out: ${found.missing}.`);
  }
  return chosen;
}

/** Each subject is a server of its own with one process that forwards, started anew in every round. */
async function runCallForward(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {rooms, peers, rounds, together} = parameters;
  const progress = new Progress();
  const leftOut: string[] = [];
  const chosen = choose(comparison.peers, (text) => {
    leftOut.push(text);
    progress.settle(text);
  });
  const done = new Map(chosen.map(({name}) => [name, [] as Forwarded[]]));
  for (let round = 1; round <= rounds; round += 1) {
    // First the one, then the other way round: what gets slower in the course of a round is nobody's fault.
    const order = round % 2 === 1 ? chosen : chosen.toReversed();
    for (const turn of together === 1 ? [order] : order.map((one) => [one])) {
      const forwarded = await measure(turn, parameters, progress);
      for (const [name, one] of forwarded) done.get(name)?.push(one);
    }
    progress.settle(`round ${String(round)} of ${String(rounds)} done`);
  }
  const subjects = Object.fromEntries([...done].map(([name, forwarded]) => [name, sumUp(forwarded)]));
  const result: CallForwardResult = {
    scenario: 'call-forward',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: ratiosByRound(done),
  };
  const about = `${String(rooms)} room(s) of ${String(peers)} peers that do ICE, DTLS and SRTP, each with a microphone and a camera that all others receive; ${String(parameters.seconds)} s in each of ${String(rounds)} round(s)${together === 1 ? ', all subjects in the same seconds' : ''}; a ratio is the median of those of the rounds${leftOut.map((text) => `; ${text}`).join('')}`;
  publishResult(
    result,
    {
      title: 'Forwarding a call',
      about,
      figures,
      phrase: ({packetsPerWorkerCpuSecond = 0, packetsPerCpuSecond = 0}) =>
        `${packetsPerWorkerCpuSecond.toFixed(3)} × the packets per CPU second of the worker, ${packetsPerCpuSecond.toFixed(3)} × with the server`,
    },
    comparison,
  );
}

/** Starts these, and has them forward in the same seconds. */
async function measure(
  turn: readonly Chosen[],
  {rooms, peers, seconds}: Parameters,
  progress: Progress,
): Promise<Map<SubjectName, Forwarded>> {
  const names = turn.map(({name}) => name);
  const running: RunningSubject[] = [];
  try {
    const forwarders: Forwarder[] = [];
    for (const one of turn) {
      const subject = await start(one);
      running.push(subject);
      const {url, secret, pid} = subject;
      forwarders.push({name: one.name, server: {url, secret}, pid, workerPid: workerOf(pid, one.program)});
    }
    const forwarded = await apart('forward', {forwarders, rooms, peers, seconds}, (text) => {
      progress.show(`${names.join(', ')}: ${text}`);
    });
    return new Map(forwarded.map((one, at) => [names[at] ?? 'parley', one]));
  } finally {
    await Promise.all(running.map((subject) => subject.stop()));
  }
}

const perWorker = ({received, workerMicros}: Forwarded): number => (received / workerMicros) * 1e6;
const perProcessor = ({received, workerMicros, serverMicros}: Forwarded): number =>
  (received / (workerMicros + serverMicros)) * 1e6;

/** Of each peer the median over the rounds of Parley's figure divided by the peer's of the same round. */
function ratiosByRound(done: ReadonlyMap<SubjectName, readonly Forwarded[]>): CallForwardResult['ratios'] {
  const {parley = [], ...peers} = Object.fromEntries(done);
  const against = (peer: readonly Forwarded[], figure: (round: Forwarded) => number): number =>
    median(parley.map((round, at) => figure(round) / figure(peer[at] ?? round)));
  return Object.fromEntries(
    Object.entries(peers).map(([name, peer]) => [
      name,
      {packetsPerWorkerCpuSecond: against(peer, perWorker), packetsPerCpuSecond: against(peer, perProcessor)},
    ]),
  );
}

function sumUp(rounds: readonly Forwarded[]): CallForwardSubject {
  const middle = (of: (round: Forwarded) => number): number => median(rounds.map(of));
  const sum = (of: (round: Forwarded) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  return {
    deliveredPct: (sum(({received}) => received) / sum(({expected}) => expected)) * 100,
    packetsPerSecond: sum(({received}) => received) / sum(({seconds}) => seconds),
    packetsPerWorkerCpuSecond: middle(perWorker),
    packetsPerCpuSecond: middle(perProcessor),
    latencyMs: {
      p50: middle(({latencyMs}) => latencyMs.p50),
      p95: middle(({latencyMs}) => latencyMs.p95),
      p99: middle(({latencyMs}) => latencyMs.p99),
    },
  };
}
