import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {lastingPort} from '../subjects/lasting-port.js';
import {mediaSettings, workerOf} from '../subjects/media-worker.js';
import {startParleyNode} from '../subjects/parley.js';
import {apart} from '../webrtc/apart.js';

const options = {
  packets: {about: 'packets of garbage', default: 300_000, least: 1, most: 1_000_000_000},
  seed: {about: 'what they are: the same again by the same number', default: 1, least: 0, most: 4_294_967_295},
};
type Parameters = ParametersOf<typeof options>;

export interface CallGarbageSubject {
  readonly sentUdp: number;
  readonly sentTcp: number;
  /** Encrypted, by a peer of the call. */
  readonly sentInside: number;
  /** Tracks of that peer which no browser would publish, and which the engine took. */
  readonly oddTracks: number;
  /** 1 if the worker is the one of before. */
  readonly workerLives: number;
  /** Packets that the quieter of two peers heard in two seconds afterwards; 100 were sent to it. */
  readonly heardAfter: number;
  /** Lines of the node's log that speak of a defect. */
  readonly defects: number;
}
export type CallGarbageResult = RunResult<'call-garbage', Parameters, CallGarbageSubject>;

const figures: readonly Figure<CallGarbageSubject>[] = [
  {heading: 'garbage by UDP', digits: 0, value: (s) => s.sentUdp},
  {heading: 'garbage by TCP', digits: 0, value: (s) => s.sentTcp},
  {heading: 'from inside', digits: 0, value: (s) => s.sentInside},
  {heading: 'odd tracks', digits: 0, value: (s) => s.oddTracks},
  {heading: 'worker lives', digits: 0, value: (s) => s.workerLives},
  {
    heading: 'heard afterwards',
    chart: {title: 'Packets that a peer hears within two seconds afterwards', unit: 'of 100'},
    digits: 0,
    value: (s) => s.heardAfter,
  },
  {heading: 'defects logged', digits: 0, value: (s) => s.defects},
];

export const callGarbage = scenario({
  name: 'call-garbage',
  about: 'whether a media worker and its calls outlive packets that make no sense',
  options,
  run: runCallGarbage,
});

async function runCallGarbage(parameters: Parameters, comparison: Comparison): Promise<void> {
  const progress = new Progress();
  const port = await lastingPort();
  const node = await startParleyNode({env: {...mediaSettings(1), PARLEY_MEDIA_PORT: String(port)}});
  try {
    const {url, secret, pid} = node;
    const worker = workerOf(pid);
    const {sent, oddTracks, heardAfter} = await apart(
      'bombard',
      {server: {url, secret}, port, ...parameters},
      (text) => {
        progress.show(text);
      },
    );
    const result: CallGarbageResult = {
      scenario: 'call-garbage',
      at: new Date().toISOString(),
      params: parameters,
      machine: machine(),
      subjects: {
        parley: {
          sentUdp: sent.udp,
          sentTcp: sent.tcp,
          sentInside: sent.inside,
          oddTracks,
          workerLives: Number(workerOf(pid) === worker),
          heardAfter: Math.min(...heardAfter),
          defects: node.defects.length,
        },
      },
      ratios: {},
    };
    const about = `Two peers talk while ${String(parameters.packets)} packets that make no sense (bytes, STUN, DTLS, RTP, RTCP, whole and broken off; seed ${String(parameters.seed)}) come to the port of their media worker from strangers, and encrypted from a third peer, which publishes tracks that no browser would`;
    publishResult(result, {title: 'Garbage at a media worker', about, figures, phrase: () => ''}, comparison);
  } finally {
    await node.stop();
  }
}
