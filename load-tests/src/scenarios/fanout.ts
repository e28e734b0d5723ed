import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {compare, machine, type RunResult} from '../report/result.js';
import {moreRoomsThanClients, scenario, spreadOver, type Comparison} from '../scenario.js';
import {chosenSubjects} from '../subjects/chosen.js';
import {peerNames} from '../subjects/peer-names.js';
import {Measurement, type FanoutParameters, type FanoutSubject} from './measure-fanout.js';

export type FanoutResult = RunResult<'fanout', FanoutParameters, FanoutSubject>;

const figures: readonly Figure<FanoutSubject>[] = [
  {heading: 'delivered %', digits: 2, value: (s) => s.deliveredPct},
  {heading: 'doubled', digits: 0, value: (s) => s.duplicates},
  {heading: 'disordered', digits: 0, value: (s) => s.disordered},
  {
    heading: 'µs/delivery',
    chart: {title: 'Server CPU per delivery', unit: 'µs, lower is better'},
    digits: 2,
    value: (s) => s.cpuMicrosPerDelivery,
  },
  {
    heading: '1/CPU second',
    chart: {title: 'Deliveries per CPU second', unit: 'higher is better'},
    digits: 0,
    value: (s) => s.deliveriesPerCpuSecond,
  },
  {heading: 'p50 ms', digits: 1, value: (s) => s.latencyMs.p50},
  {heading: 'p95 ms', digits: 1, value: (s) => s.latencyMs.p95},
  {
    heading: 'p99 ms',
    chart: {title: 'Latency, 99th percentile', unit: 'ms'},
    digits: 1,
    value: (s) => s.latencyMs.p99,
  },
];

export const fanout = scenario({
  name: 'fanout',
  about: 'what it costs to bring one message to many',
  options: {
    ...spreadOver(1_000, 1, 'receiving connections'),
    rate: {about: 'messages per second and room', default: 50, least: 0.1, most: 10_000},
    burst: {about: 'messages that a publisher sends in one turn', default: 10, least: 1, most: 1_000},
    bytes: {about: "bytes of a message's text", default: 64, least: 40, most: 4_000},
    seconds: {about: 'measured seconds per subject, all rounds together', default: 10, least: 1, most: 600},
    rounds: {about: 'turns of each subject, so that a noisy moment hits all alike', default: 2, least: 1, most: 20},
  },
  peers: peerNames,
  contradiction: moreRoomsThanClients,
  run: runFanout,
});

/**
 * What it costs a server to bring one message to many: server CPU time per delivery, of Parley and of peers on the same
 * machine in the same run. Each subject is a process of its own and gets its turn in every round.
 */
async function runFanout(parameters: FanoutParameters, comparison: Comparison): Promise<void> {
  const starts = chosenSubjects(comparison.peers);
  const measurements = new Map([...starts.keys()].map((name) => [name, new Measurement()]));
  const progress = new Progress();
  for (let round = 1; round <= parameters.rounds; round += 1) {
    for (const [name, measurement] of measurements) {
      const subject = await starts.get(name)?.([]);
      if (!subject) continue;
      try {
        await measurement.round(subject, parameters, progress);
      } finally {
        await subject.stop();
      }
      progress.settle(`${name}: round ${String(round)} of ${String(parameters.rounds)} done`);
    }
  }
  const subjects = Object.fromEntries([...measurements].map(([name, measurement]) => [name, measurement.result]));
  const result: FanoutResult = {
    scenario: 'fanout',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: compare(subjects, ['cpuMicrosPerDelivery', 'deliveriesPerCpuSecond']),
  };
  const {clients, rooms, rate, burst, bytes, seconds, rounds} = parameters;
  publishResult(
    result,
    {
      title: 'Fan-out',
      about: `${String(clients)} clients in ${String(rooms)} room(s), ${String(rate)} messages per second and room in bursts of ${String(burst)}, ${String(bytes)} bytes of text, ${String(seconds)} s per subject in ${String(rounds)} round(s)`,
      figures,
      phrase: ({cpuMicrosPerDelivery = 0, deliveriesPerCpuSecond = 0}) =>
        `${cpuMicrosPerDelivery.toFixed(2)} × the CPU per delivery, ${deliveriesPerCpuSecond.toFixed(2)} × the deliveries per CPU second`,
    },
    comparison,
  );
}
