import {setTimeout as delay} from 'node:timers/promises';
import type {Histogram} from 'hdr-histogram-js';
import {Fleet} from '../generator/fleet.js';
import {Flood, type FloodCounts} from '../generator/flood.js';
import {latencyHistogram} from '../generator/tally.js';
import {processUsage} from '../measure/process-usage.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {moreRoomsThanClients, scenario, spreadOver, type Comparison, type ParametersOf} from '../scenario.js';
import {startParleyNode} from '../subjects/parley.js';

type FloodParameters = ParametersOf<Record<'clients' | 'rooms' | 'rate' | 'seconds' | 'rounds', unknown>>;

export interface FloodSubject {
  readonly deliveredPct: number;
  readonly latencyMs: {readonly p50: number; readonly p95: number; readonly p99: number};
  /** Processor time of the server per second. */
  readonly cpuPct: number;
}
export type FloodResult = RunResult<'flood', FloodParameters, FloodSubject> & {
  readonly flood: FloodCounts;
  /** The others' p99 with the flood, divided by that without. */
  readonly p99Ratio: number;
};

const figures: readonly Figure<FloodSubject>[] = [
  {heading: 'delivered %', digits: 2, value: (s) => s.deliveredPct},
  {heading: 'p50 ms', digits: 2, value: (s) => s.latencyMs.p50},
  {heading: 'p95 ms', digits: 2, value: (s) => s.latencyMs.p95},
  {
    heading: 'p99 ms',
    chart: {title: 'Others’ latency, 99th percentile', unit: 'ms'},
    digits: 2,
    value: (s) => s.latencyMs.p99,
  },
  {heading: 'server CPU %', digits: 0, value: (s) => s.cpuPct},
];

/** The limits that a node has if nobody sets them; the address limits hold for the flood, which has one of its own. */
const usualLimits = {
  PARLEY_REQUESTS_PER_SECOND: '50',
  PARLEY_HANDSHAKES_PER_SECOND: '100',
  PARLEY_ROOM_MESSAGES_PER_SECOND: '200',
  PARLEY_MAX_INBOUND: '1MiB',
  PARLEY_MAX_BUFFER: '1MiB',
};
const floodAddress = '127.0.0.2';
const bytes = 64;
const lateAfterMs = 10_000;

/** Sums of the phases with, or those without the flood. */
class Phases {
  readonly latency: Histogram = latencyHistogram();
  expected = 0;
  received = 0;
  cpuMicros = 0;
  seconds = 0;

  get subject(): FloodSubject {
    const ms = (percentile: number): number => this.latency.getValueAtPercentile(percentile) / 1_000;
    return {
      deliveredPct: (this.received / this.expected) * 100,
      latencyMs: {p50: ms(50), p95: ms(95), p99: ms(99)},
      cpuPct: this.cpuMicros / this.seconds / 10_000,
    };
  }
}

export const flood = scenario({
  name: 'flood',
  about: 'what one hostile client costs the others: their latency with and without it, in turns',
  options: {
    ...spreadOver(200, 4, 'clients that are to notice nothing'),
    rate: {about: 'messages per second and room', default: 20, least: 1, most: 40},
    seconds: {about: 'measured seconds of each turn', default: 5, least: 1, most: 120},
    rounds: {about: 'turns without and with the flood', default: 4, least: 1, most: 50},
  },
  contradiction: moreRoomsThanClients,
  run: runFlood,
});

async function runFlood(parameters: FloodParameters, comparison: Comparison): Promise<void> {
  const {clients, rooms, rate, seconds, rounds} = parameters;
  const progress = new Progress();
  const node = await startParleyNode({env: usualLimits});
  const hostile = new Flood({target: node, room: 'room0', address: floodAddress});
  const [quiet, flooded] = [new Phases(), new Phases()];
  let counts: FloodCounts = {frames: 0, connections: 0, closed: 0};
  try {
    progress.show(`connecting ${String(clients)} clients`);
    const fleet = await Fleet.connect(node, {clients, rooms, clientsPerProcess: 500, usersApart: true});
    try {
      let first = 1;
      const publish = async (messages: number, counted: boolean): Promise<void> => {
        await fleet.publish({rate, burst: 1, bytes, first, messages, counted});
        first += messages;
      };
      await publish(rate, false);
      let before = await fleet.result();
      const phase = async (into: Phases): Promise<void> => {
        const messages = Math.round(rate * seconds);
        const expected = messages * clients;
        const [usage, startedAt] = [processUsage(node.pid), performance.now()];
        await publish(messages, true);
        const deadline = performance.now() + lateAfterMs;
        let now = await fleet.result();
        while (now.counts.received - before.counts.received < expected && performance.now() < deadline) {
          await delay(50);
          now = await fleet.result();
        }
        into.cpuMicros += processUsage(node.pid).cpuMicros - usage.cpuMicros;
        into.seconds += (performance.now() - startedAt) / 1_000;
        into.expected += expected;
        into.received += now.counts.received - before.counts.received;
        const latency = latencyHistogram();
        latency.add(now.latency);
        latency.subtract(before.latency);
        into.latency.add(latency);
        before = now;
      };
      for (let round = 1; round <= rounds; round += 1) {
        await phase(quiet);
        hostile.start();
        // So that the turn begins in the midst of it.
        await delay(500);
        await phase(flooded);
        counts = await hostile.stop();
        progress.settle(
          `round ${String(round)} of ${String(rounds)}: p99 ${quiet.subject.latencyMs.p99.toFixed(2)} ms without, ${flooded.subject.latencyMs.p99.toFixed(2)} ms with; ${counts.frames.toLocaleString('en')} frames and ${counts.connections.toLocaleString('en')} connections of the flood so far, ${String(counts.closed)} closed`,
        );
      }
      if (fleet.lost > 0) throw new Error(`${String(fleet.lost)} of the others lost their connection`);
    } finally {
      fleet.stop();
    }
  } finally {
    hostile.end();
    await node.stop();
  }
  const subjects = {'without the flood': quiet.subject, 'with the flood': flooded.subject};
  const p99Ratio = flooded.subject.latencyMs.p99 / quiet.subject.latencyMs.p99;
  const result: FloodResult = {
    scenario: 'flood',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: {},
    flood: counts,
    p99Ratio,
  };
  publishResult(
    result,
    {
      title: 'A flood from one client',
      about: `${String(clients)} clients in ${String(rooms)} room(s), ${String(rate)} messages per second and room, ${String(seconds)} s without and with one hostile client in ${String(rounds)} turns`,
      figures,
      phrase: () => '',
    },
    comparison,
  );
  process.stdout.write(`others' p99 with the flood: ${p99Ratio.toFixed(2)} × that without\n`);
}
