import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {compare, machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison} from '../scenario.js';
import {chosenPairs} from '../subjects/pair.js';
import {
  CrossnodeMeasurement,
  type CrossnodeFigures,
  type CrossnodeParameters,
  type CrossnodeSubject,
} from './measure-crossnode.js';

export type CrossnodeResult = RunResult<'crossnode', CrossnodeParameters, CrossnodeSubject>;

const figures: readonly Figure<CrossnodeSubject>[] = [
  {heading: 'delivered %', digits: 2, value: (s) => s.deliveredPct},
  {heading: 'doubled', digits: 0, value: (s) => s.duplicates},
  {heading: 'disordered', digits: 0, value: (s) => s.disordered},
  {heading: 'refused', digits: 0, value: (s) => s.refused},
  {
    heading: 'messages/s',
    chart: {title: 'Messages per second, no answers asked for', unit: 'higher is better'},
    digits: 0,
    value: (s) => s.unanswered.messagesPerSecond,
  },
  {
    heading: 'answered/s',
    chart: {title: 'Messages per second, each answered', unit: 'higher is better'},
    digits: 0,
    value: (s) => s.answered.messagesPerSecond,
  },
  {heading: 'publisher µs', digits: 1, value: (s) => s.answered.cpuMicros.publishing},
  {heading: 'receiver µs', digits: 1, value: (s) => s.answered.cpuMicros.receiving},
  {heading: 'Redis µs', digits: 1, value: (s) => s.answered.cpuMicros.redis},
  {
    heading: 'CPU µs',
    chart: {title: 'CPU per answered message: both nodes and Redis', unit: 'µs, lower is better'},
    digits: 1,
    value: (s) => cpuOf(s.answered),
  },
  {heading: 'p50 ms', digits: 1, value: (s) => s.answered.p50Ms},
  {heading: 'p99 ms', digits: 1, value: (s) => s.answered.p99Ms},
];

const cpuOf = ({cpuMicros: {publishing, receiving, redis}}: CrossnodeFigures): number => publishing + receiving + redis;

export const crossnode = scenario({
  name: 'crossnode',
  about: 'messages per second from one node’s publisher to another node’s receiver, over a Redis',
  options: {
    rooms: {about: 'rooms, each with a publisher and a receiver', default: 1, least: 1, most: 200},
    window: {about: 'messages of a room that are on their way at a time', default: 1_000, least: 1, most: 1_000},
    bytes: {about: 'bytes of a message’s text', default: 64, least: 40, most: 4_000},
    seconds: {about: 'measured seconds per round, with and without answers each', default: 4, least: 1, most: 600},
    rounds: {about: 'turns that each subject gets; the figures are their medians', default: 5, least: 1, most: 50},
  },
  peers: ['socketio-sharded', 'socketio-classic', 'socketio-uws-sharded'],
  run: runCrossnode,
});

/**
 * How fast messages go from one node to another. All subjects have the same clients, message size and window, and are
 * driven as fast as they go. Parley stores, numbers, de-duplicates and repairs them, and its answer says the offset; the
 * peers pass them on, and their answer says that they took the message.
 */
async function runCrossnode(parameters: CrossnodeParameters, comparison: Comparison): Promise<void> {
  const starts = chosenPairs(comparison.peers);
  const measurements = new Map([...starts.keys()].map((name) => [name, new CrossnodeMeasurement()]));
  const progress = new Progress();
  for (let round = 1; round <= parameters.rounds; round += 1) {
    for (const [name, measurement] of measurements) {
      const pair = await starts.get(name)?.();
      if (!pair) continue;
      try {
        await measurement.round(pair, parameters, progress);
      } finally {
        await pair.stop();
      }
      progress.settle(`${name}: round ${String(round)} of ${String(parameters.rounds)} done`);
    }
  }
  const subjects = Object.fromEntries([...measurements].map(([name, measurement]) => [name, measurement.result]));
  const compared = Object.fromEntries(
    Object.entries(subjects).map(([name, {unanswered, answered}]) => [
      name,
      {unanswered: unanswered.messagesPerSecond, answered: answered.messagesPerSecond, cpu: cpuOf(answered)},
    ]),
  );
  const result: CrossnodeResult = {
    scenario: 'crossnode',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: compare(compared, ['unanswered', 'answered', 'cpu']),
  };
  const {rooms, window, bytes, seconds, rounds} = parameters;
  publishResult(
    result,
    {
      title: 'From node to node',
      about: `${String(rooms)} room(s), each with a publisher on one node and a receiver on the other, ${String(window)} messages of ${String(bytes)} bytes of text on their way at a time, medians of ${String(rounds)} round(s) of ${String(seconds)} s`,
      figures,
      phrase: ({unanswered = 0, answered = 0, cpu = 0}) =>
        `${answered.toFixed(2)} × the messages per second if each is answered, ${unanswered.toFixed(2)} × if none is; ${cpu.toFixed(2)} × the CPU`,
    },
    comparison,
  );
}
