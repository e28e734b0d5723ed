import {setTimeout as delay} from 'node:timers/promises';
import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {CallCluster} from '../subjects/call-cluster.js';
import {startApart} from '../webrtc/apart.js';
import {attending} from '../webrtc/attend.js';
import type {CallServer} from '../webrtc/call-peer.js';
import {Onlooker} from '../webrtc/onlooker.js';

const options = {
  peers: {about: 'peers that die in each way at once', default: 3, least: 1, most: 50},
  rounds: {about: 'how often', default: 3, least: 1, most: 1_000},
  seconds: {about: 'how long they speak before', default: 6, least: 4, most: 600},
};
type Parameters = ParametersOf<typeof options>;

export interface CallGhostsSubject {
  /** From its end to the word that it may come back, as somebody else in the call is told, in milliseconds. */
  readonly markedMs: Percentiles;
  /** From its end to the word that it is gone, in milliseconds. */
  readonly goneMs: Percentiles;
  /** Who could go on afterwards: from then to the word that it is in the call again, in milliseconds. */
  readonly backMs: Percentiles;
  /** How often somebody was told as come who was there already. */
  readonly doubles: number;
}
export type CallGhostsResult = RunResult<'call-ghosts', Parameters, CallGhostsSubject>;

const figures: readonly Figure<CallGhostsSubject>[] = [
  {heading: 'deaths', digits: 0, value: (s) => s.goneMs.count},
  {heading: 'marked p50 ms', digits: 0, value: (s) => s.markedMs.p50},
  {heading: 'marked max ms', digits: 0, value: (s) => s.markedMs.max},
  {heading: 'gone p50 ms', digits: 0, value: (s) => s.goneMs.p50},
  {
    heading: 'gone max ms',
    chart: {title: 'From a peer’s end to the word that it is gone, the longest', unit: 'ms'},
    digits: 0,
    value: (s) => s.goneMs.max,
  },
  {heading: 'back p95 ms', digits: 0, value: (s) => s.backMs.p95},
  {heading: 'doubles', digits: 0, value: (s) => s.doubles},
];

export const callGhosts = scenario({
  name: 'call-ghosts',
  about:
    'processes of peers are killed, or frozen for longer than they are waited for: when others in the call are told',
  options,
  run: runCallGhosts,
});

/** What befalls a process, and what lets it go on, if anything does. */
const ways = {
  killed: {death: 'SIGKILL', revival: undefined},
  frozen: {death: 'SIGSTOP', revival: 'SIGCONT'},
} as const;
type Way = keyof typeof ways;

interface Death {
  readonly markedMs: number;
  readonly goneMs: number;
  readonly backMs: number | undefined;
}

async function runCallGhosts(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {peers, rounds, seconds} = parameters;
  const progress = new Progress();
  await using cluster = await CallCluster.start({hubs: 1, media: 1});
  const [hub] = cluster.hubs;
  if (hub === undefined) throw new Error('There is no hub.');
  const server = {url: hub.url, secret: cluster.secret};
  await using onlooker = await Onlooker.enter(server, 'den');
  const deaths: Record<Way, Death[]> = {killed: [], frozen: []};
  for (let round = 0; round < rounds; round += 1) {
    progress.show(`${String(round + 1)} of ${String(rounds)}`);
    const dying = Object.keys(ways).flatMap((way) =>
      Array.from({length: peers}, async (_, n) => {
        const user = `${way}-${String(round)}-${String(n)}`;
        deaths[way as Way].push(await die(server, user, {way: way as Way, onlooker, speakMs: seconds * 1_000}));
      }),
    );
    await Promise.all(dying);
  }
  progress.settle('done');
  const result: CallGhostsResult = {
    scenario: 'call-ghosts',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {killed: sumUp(deaths.killed, onlooker.doubles), frozen: sumUp(deaths.frozen, onlooker.doubles)},
    ratios: {},
  };
  const about = `${String(peers * rounds)} processes killed and as many frozen, each of a peer that spoke in a call by ICE, DTLS and SRTP; told by the clock of somebody else in the call`;
  publishResult(result, {title: 'When the dead are gone', about, figures, phrase: () => ''}, comparison);
}

/** One peer's life in a process of its own. */
async function die(
  server: CallServer,
  user: string,
  {way, onlooker, speakMs}: {way: Way; onlooker: Onlooker; speakMs: number},
): Promise<Death> {
  let speaks: () => void = () => undefined;
  const speaking = new Promise<void>((resolve) => (speaks = resolve));
  const one = startApart('attend', {server, room: 'den', user}, (text) => {
    if (text === attending) speaks();
  });
  // Its end is the purpose.
  one.result.catch(() => undefined);
  try {
    await Promise.race([speaking, one.result]);
    await delay(speakMs);
    const {death, revival} = ways[way];
    const diedAt = performance.now();
    process.kill(one.pid, death);
    const markedMs = (await onlooker.told(user, 'reconnecting', diedAt)) - diedAt;
    const goneMs = (await onlooker.told(user, 'left', diedAt)) - diedAt;
    if (revival === undefined) return {markedMs, goneMs, backMs: undefined};
    const revivedAt = performance.now();
    process.kill(one.pid, revival);
    return {markedMs, goneMs, backMs: (await onlooker.told(user, 'joined', revivedAt)) - revivedAt};
  } finally {
    one.end();
  }
}

const sumUp = (deaths: readonly Death[], doubles: number): CallGhostsSubject => ({
  markedMs: percentilesOf(deaths.map(({markedMs}) => markedMs)),
  goneMs: percentilesOf(deaths.map(({goneMs}) => goneMs)),
  backMs: percentilesOf(deaths.flatMap(({backMs}) => backMs ?? [])),
  doubles,
});
