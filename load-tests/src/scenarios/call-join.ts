import {percentilesOf, type Percentiles} from '../measure/percentiles.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {mediaSettings} from '../subjects/media-worker.js';
import {startParleyNode} from '../subjects/parley.js';
import {apart} from '../webrtc/apart.js';
import type {Joining} from '../webrtc/join-at-once.js';

const options = {
  rounds: {about: 'how often two peers meet', default: 50, least: 1, most: 10_000},
  peers: {about: 'peers that join at once', default: 30, least: 2, most: 200},
  crowds: {about: 'how often they do', default: 5, least: 1, most: 1_000},
};
type Parameters = ParametersOf<typeof options>;

/** Milliseconds from the moment that a peer begins to join. */
export interface CallJoinSubject {
  /** Until its transports carry packets and its microphone is published. */
  readonly joinedMs: Percentiles;
  /** Until the first packet of somebody else's microphone. */
  readonly firstAudioMs: Percentiles;
  /** Until it has heard every other one, of whom some may come later than it. */
  readonly allHeardMs: Percentiles;
}
export type CallJoinResult = RunResult<'call-join', Parameters, CallJoinSubject>;

const figures: readonly Figure<CallJoinSubject>[] = [
  {heading: 'joins', digits: 0, value: (s) => s.firstAudioMs.count},
  {heading: 'joined p95 ms', digits: 0, value: (s) => s.joinedMs.p95},
  {heading: 'audio p50 ms', digits: 0, value: (s) => s.firstAudioMs.p50},
  {
    heading: 'audio p95 ms',
    chart: {title: 'From joining to the first audio of somebody else, 95th percentile', unit: 'ms'},
    digits: 0,
    value: (s) => s.firstAudioMs.p95,
  },
  {heading: 'audio p99 ms', digits: 0, value: (s) => s.firstAudioMs.p99},
  {heading: 'all heard p95', digits: 0, value: (s) => s.allHeardMs.p95},
  {
    heading: 'all heard max',
    chart: {title: 'Until the last one has heard every other one', unit: 'ms'},
    digits: 0,
    value: (s) => s.allHeardMs.max,
  },
];

export const callJoin = scenario({
  name: 'call-join',
  about: 'how soon two peers hear each other, and many that join a call at once',
  options,
  run: runCallJoin,
});

async function runCallJoin(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {rounds, peers, crowds} = parameters;
  const progress = new Progress();
  const node = await startParleyNode({env: mediaSettings(1)});
  try {
    const {url, secret} = node;
    const measure = async (name: string, of: {peers: number; rounds: number}): Promise<CallJoinSubject> => {
      const params = {server: {url, secret}, room: name.replaceAll(' ', '-'), ...of, rounds: of.rounds + 1};
      const joinings = await apart('joinAtOnce', params, (text) => {
        progress.show(`${name}: ${text}`);
      });
      progress.settle(`${name}: done`);
      // Not the first time: what is loaded and compiled then is not what is measured.
      return sumUp(joinings.slice(of.peers));
    };
    const result: CallJoinResult = {
      scenario: 'call-join',
      at: new Date().toISOString(),
      params: parameters,
      machine: machine(),
      subjects: {
        'two peers': await measure('two peers', {peers: 2, rounds}),
        'all at once': await measure('all at once', {peers, rounds: crowds}),
      },
      ratios: {},
    };
    const about = `Peers without a browser that do ICE, DTLS and SRTP, each with a microphone, on a node with one media worker: ${String(rounds)} times two, ${String(crowds)} times ${String(peers)} at once; sessions were connected before, milliseconds count from the first request of joining`;
    publishResult(result, {title: 'Joining a call', about, figures, phrase: () => ''}, comparison);
  } finally {
    await node.stop();
  }
}

const sumUp = (joinings: readonly Joining[]): CallJoinSubject => ({
  joinedMs: percentilesOf(joinings.map(({joinedMs}) => joinedMs)),
  firstAudioMs: percentilesOf(joinings.map(({firstAudioMs}) => firstAudioMs)),
  allHeardMs: percentilesOf(joinings.map(({allHeardMs}) => allHeardMs)),
});
