import {median} from '../measure/median.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {compare, machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {findJanus} from '../subjects/janus.js';
import {mediaSettings, mediaWorker, workerOf} from '../subjects/media-worker.js';
import {startParleyNode} from '../subjects/parley.js';
import {mediaPeerNames, type MediaPeerName} from '../subjects/peer-names.js';
import {startPeer} from '../subjects/peer.js';
import type {RunningSubject} from '../subjects/subject.js';
import {apart} from '../webrtc/apart.js';
import type {Forwarded} from '../webrtc/forward.js';

const options = {
  rooms: {about: 'full rooms', default: 2, least: 1, most: 100},
  peers: {about: 'peers in each, all with microphone and camera', default: 6, least: 2, most: 50},
  seconds: {about: 'measured seconds in each round', default: 8, least: 1, most: 600},
  rounds: {about: 'turns of each subject, so that a noisy moment hits all alike', default: 4, least: 1, most: 50},
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

/** Each subject is a server of its own with one process that forwards, and gets its turn in every round. */
async function runCallForward(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {rooms, peers, seconds, rounds} = parameters;
  const progress = new Progress();
  const leftOut: string[] = [];
  const chosen = choose(comparison.peers, (text) => {
    leftOut.push(text);
    progress.settle(text);
  });
  const turns = new Map(chosen.map((subject) => [subject, [] as Forwarded[]]));
  for (let round = 1; round <= rounds; round += 1) {
    // First the one, then the other way round: what gets slower in the course of a round is nobody's fault.
    const order = round % 2 === 1 ? [...turns] : [...turns].reverse();
    for (const [one, done] of order) {
      const {name, program} = one;
      const subject = await start(one);
      try {
        const {url, secret, pid} = subject;
        const workerPid = workerOf(pid, program);
        const params = {subject: name, server: {url, secret}, pid, workerPid, rooms, peers, seconds};
        done.push(
          await apart('forward', params, (text) => {
            progress.show(`${name}: ${text}`);
          }),
        );
      } finally {
        await subject.stop();
      }
      progress.settle(`${name}: round ${String(round)} of ${String(rounds)} done`);
    }
  }
  const subjects = Object.fromEntries([...turns].map(([{name}, done]) => [name, sumUp(done)]));
  const result: CallForwardResult = {
    scenario: 'call-forward',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: compare(subjects, ['packetsPerWorkerCpuSecond', 'packetsPerCpuSecond']),
  };
  const about = `${String(rooms)} room(s) of ${String(peers)} peers that do ICE, DTLS and SRTP, each with a microphone and a camera that all others receive; ${String(seconds)} s in each of ${String(rounds)} round(s)${leftOut.map((text) => `; ${text}`).join('')}`;
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

function sumUp(rounds: readonly Forwarded[]): CallForwardSubject {
  const middle = (of: (round: Forwarded) => number): number => median(rounds.map(of));
  const sum = (of: (round: Forwarded) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  return {
    deliveredPct: (sum(({received}) => received) / sum(({expected}) => expected)) * 100,
    packetsPerSecond: sum(({received}) => received) / sum(({seconds}) => seconds),
    packetsPerWorkerCpuSecond: middle(({received, workerMicros}) => (received / workerMicros) * 1e6),
    packetsPerCpuSecond: middle(
      ({received, workerMicros, serverMicros}) => (received / (workerMicros + serverMicros)) * 1e6,
    ),
    latencyMs: {
      p50: middle(({latencyMs}) => latencyMs.p50),
      p95: middle(({latencyMs}) => latencyMs.p95),
      p99: middle(({latencyMs}) => latencyMs.p99),
    },
  };
}
