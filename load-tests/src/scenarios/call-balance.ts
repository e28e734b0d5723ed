import {setTimeout as delay} from 'node:timers/promises';
import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {meansOf, unevenness, WorkerShares} from '../measure/worker-shares.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {mediaSettings, workersOf} from '../subjects/media-worker.js';
import {startParleyNode} from '../subjects/parley.js';
import {apart} from '../webrtc/apart.js';
import type {Mingled} from '../webrtc/mingle.js';

const options = {
  workers: {about: 'media workers', default: 3, least: 2, most: 64},
  guests: {about: 'guests that go from call to call', default: 30, least: 2, most: 1_000},
  rooms: {about: 'calls that they go to', default: 8, least: 1, most: 1_000},
  stay: {about: 'seconds that one stays at most, a third of it at least', default: 60, least: 1, most: 3_600},
  seconds: {about: 'measured seconds, after as many as the longest stay', default: 120, least: 5, most: 36_000},
  together: {about: 'per cent of a processor below which a call stays on its worker', default: 4, least: 0, most: 92},
  seed: {about: 'who goes where and when', default: 1, least: 0, most: 4_294_967_295},
};
type Parameters = ParametersOf<typeof options>;

export interface CallBalanceSubject {
  readonly joins: number;
  readonly failures: number;
  /** What the busiest worker takes of a processor against the mean of all, in each stretch of 10 s. */
  readonly maxOverMean: Percentiles;
  /** The same of all the measured time together. */
  readonly wholeMaxOverMean: number;
  /** What each worker took of a processor over the measured time. */
  readonly workerCpu: readonly number[];
}
export type CallBalanceResult = RunResult<'call-balance', Parameters, CallBalanceSubject>;

const figures: readonly Figure<CallBalanceSubject>[] = [
  {heading: 'joins', digits: 0, value: (s) => s.joins},
  {heading: 'failed', digits: 0, value: (s) => s.failures},
  {heading: 'max/mean p50', digits: 2, value: (s) => s.maxOverMean.p50},
  {
    heading: 'p95',
    chart: {title: 'The busiest worker against the mean, 95th percentile of stretches of 10 s', unit: '×'},
    digits: 2,
    value: (s) => s.maxOverMean.p95,
  },
  {heading: 'max', digits: 2, value: (s) => s.maxOverMean.max},
  {
    heading: 'in all',
    chart: {title: 'The busiest worker against the mean, over all the time', unit: '×'},
    digits: 2,
    value: (s) => s.wholeMaxOverMean,
  },
  {heading: 'mean cpu', digits: 3, value: ({workerCpu: cpu}) => cpu.reduce((sum, one) => sum + one, 0) / cpu.length},
];

export const callBalance = scenario({
  name: 'call-balance',
  about: 'how evenly calls load the media workers of a node while people come and go',
  options,
  run: runCallBalance,
});

const stretchMs = 10_000;
/** One process of peers decrypts no more than some thousands of packets a second. */
const guestsPerProcess = 15;

async function runCallBalance(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {workers, guests, rooms, stay, seconds, together} = parameters;
  const progress = new Progress();
  const measure = async (name: string, togetherBelow: number): Promise<CallBalanceSubject> => {
    const subject = await balance(parameters, togetherBelow, (text) => {
      progress.show(`${name}: ${text}`);
    });
    progress.settle(`${name}: done`);
    return subject;
  };
  const result: CallBalanceResult = {
    scenario: 'call-balance',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {
      parley: await measure('parley', together),
      // As if calls were not parted.
      'calls whole': await measure('calls whole', 92),
    },
    ratios: {},
  };
  const about = `${String(guests)} guests with microphone and camera (ICE, DTLS, SRTP) go from one of ${String(rooms)} calls to another, some much more popular than others, and stay ${String(Math.round(stay / 3))}–${String(stay)} s; a node with ${String(workers)} media workers, measured for ${String(seconds)} s; calls are parted above ${String(together)} % of a processor, and for comparison never`;
  publishResult(result, {title: 'Calls over media workers', about, figures, phrase: () => ''}, comparison);
}

async function balance(
  {workers, guests, rooms, stay, seconds, seed}: Parameters,
  togetherBelow: number,
  say: (text: string) => void,
): Promise<CallBalanceSubject> {
  const env = {...mediaSettings(workers), PARLEY_MEDIA_TOGETHER_BELOW: `${String(togetherBelow)}%`};
  const node = await startParleyNode({env});
  try {
    const {url, secret} = node;
    const stayMs = stay * 1_000;
    const processes = Math.ceil(guests / guestsPerProcess);
    const mingling = Array.from({length: processes}, (_, n) =>
      apart('mingle', {
        server: {url, secret},
        name: `guest${String(n)}`,
        guests: Math.floor((guests + n) / processes),
        rooms,
        stayMs,
        ms: stayMs + seconds * 1_000 + 1_000,
        seed: seed + n,
      }),
    );
    const mingled = Promise.all(mingling);
    const stretches = await Promise.race([watch(workersOf(node.pid), stayMs, seconds, say), never(mingled)]);
    return sumUp(stretches, await mingled);
  } finally {
    await node.stop();
  }
}

/** What the workers took in each stretch, once the first guests have gone and the others come. */
async function watch(
  pids: readonly number[],
  afterMs: number,
  seconds: number,
  say: (text: string) => void,
): Promise<readonly (readonly number[])[]> {
  say('the first guests come');
  await delay(afterMs);
  const shares = new WorkerShares(pids);
  const endsAt = performance.now() + seconds * 1_000;
  while (performance.now() < endsAt) {
    await delay(Math.min(stretchMs, endsAt - performance.now()));
    shares.mark();
    const now = shares.stretches.at(-1) ?? [];
    say(`${now.map((share) => share.toFixed(3)).join(' ')}: ${unevenness(now).toFixed(2)} × the mean`);
  }
  return shares.stretches;
}

/** Rejects if that does, and resolves never. */
const never = (one: Promise<unknown>): Promise<never> => one.then(() => new Promise<never>(() => undefined));

function sumUp(stretches: readonly (readonly number[])[], mingled: readonly Mingled[]): CallBalanceSubject {
  const workerCpu = meansOf(stretches);
  return {
    joins: mingled.reduce((sum, {joins}) => sum + joins, 0),
    failures: mingled.reduce((sum, {failures}) => sum + failures.length, 0),
    maxOverMean: percentilesOf(stretches.map(unevenness)),
    wholeMaxOverMean: unevenness(workerCpu),
    workerCpu,
  };
}
