import {setTimeout as delay} from 'node:timers/promises';
import type {Histogram} from 'hdr-histogram-js';
import {Fleet} from '../generator/fleet.js';
import {latencyHistogram, type Counts} from '../generator/tally.js';
import {processUsage} from '../measure/process-usage.js';
import type {Progress} from '../progress.js';
import type {ParametersOf} from '../scenario.js';
import type {RunningSubject} from '../subjects/subject.js';

const clientsPerProcess = 500;
const warmUpSeconds = 2;
const lateAfterMs = 10_000;

export type FanoutParameters = ParametersOf<
  Record<'clients' | 'rooms' | 'rate' | 'burst' | 'bytes' | 'seconds' | 'rounds', unknown>
>;

/** What one subject did, all its rounds together. */
export interface FanoutSubject {
  readonly deliveredPct: number;
  readonly duplicates: number;
  readonly disordered: number;
  readonly cpuMicrosPerDelivery: number;
  readonly deliveriesPerCpuSecond: number;
  readonly latencyMs: {readonly p50: number; readonly p95: number; readonly p99: number};
}

/** Sums of a subject over its rounds. */
export class Measurement {
  #expected = 0;
  #cpuMicros = 0;
  readonly #counts: Counts = {received: 0, duplicates: 0, disordered: 0};
  readonly #latency: Histogram = latencyHistogram();

  /** One round: connect, warm up, publish, wait for the last delivery. */
  async round(subject: RunningSubject, parameters: FanoutParameters, progress: Progress): Promise<void> {
    const {clients, rooms, rate, burst, bytes} = parameters;
    progress.show(`${subject.name}: connecting ${String(clients)} clients`);
    const fleet = await Fleet.connect(subject, {clients, rooms, clientsPerProcess, usersApart: false});
    try {
      const warmUp = Math.max(burst, Math.ceil(rate * warmUpSeconds));
      progress.show(`${subject.name}: warming up`);
      await fleet.publish({rate, burst, bytes, first: 1, messages: warmUp, counted: false});
      await delay(500);

      const messages = Math.max(1, Math.round((rate * parameters.seconds) / parameters.rounds));
      const expected = messages * clients;
      const before = processUsage(subject.pid);
      const startedAt = performance.now();
      const ticker = setInterval(() => {
        const seconds = (performance.now() - startedAt) / 1_000;
        const cpu = (processUsage(subject.pid).cpuMicros - before.cpuMicros) / 1e6 / seconds;
        progress.show(
          `${subject.name}: ${seconds.toFixed(0)} s, ${fleet.received.toLocaleString('en')} of ${expected.toLocaleString('en')} deliveries, server CPU ${(cpu * 100).toFixed(0)} %`,
        );
      }, 500);
      try {
        await fleet.publish({rate, burst, bytes, first: warmUp + 1, messages, counted: true});
        const deadline = performance.now() + lateAfterMs;
        while (fleet.received < expected && performance.now() < deadline) await delay(50);
        // A duplicate of the last message would come about now.
        await delay(200);
      } finally {
        clearInterval(ticker);
      }
      this.#cpuMicros += processUsage(subject.pid).cpuMicros - before.cpuMicros;
      const {counts, latency} = await fleet.result();
      this.#counts.received += counts.received;
      this.#counts.duplicates += counts.duplicates;
      this.#counts.disordered += counts.disordered;
      this.#latency.add(latency);
      this.#expected += expected;
    } finally {
      fleet.stop();
    }
  }

  get result(): FanoutSubject {
    const {received, duplicates, disordered} = this.#counts;
    const ms = (percentile: number): number => this.#latency.getValueAtPercentile(percentile) / 1_000;
    return {
      deliveredPct: (received / this.#expected) * 100,
      duplicates,
      disordered,
      cpuMicrosPerDelivery: this.#cpuMicros / received,
      deliveriesPerCpuSecond: (received / this.#cpuMicros) * 1e6,
      latencyMs: {p50: ms(50), p95: ms(95), p99: ms(99)},
    };
  }
}
