import {cpus} from 'node:os';
import type {FanoutParameters} from '../arguments.js';

/** What one subject did, all its rounds together. */
export interface SubjectResult {
  readonly deliveredPct: number;
  readonly duplicates: number;
  readonly disordered: number;
  readonly cpuMicrosPerDelivery: number;
  readonly deliveriesPerCpuSecond: number;
  readonly latencyMs: {readonly p50: number; readonly p95: number; readonly p99: number};
  readonly rssBytesPerConnection: number;
}

/** The file that `--json` writes. */
export interface FanoutResult {
  readonly scenario: 'fanout';
  readonly at: string;
  readonly params: FanoutParameters;
  readonly machine: {readonly cpu: string; readonly cores: number; readonly platform: string; readonly node: string};
  readonly subjects: Readonly<Record<string, SubjectResult>>;
  /** Parley relative to each peer: CPU per delivery (lower is better), deliveries per CPU second (higher is better). */
  readonly ratios: Readonly<Record<string, {readonly cpuPerDelivery: number; readonly deliveriesPerCpuSecond: number}>>;
}

export const machine = (): FanoutResult['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

export function compare(subjects: Readonly<Record<string, SubjectResult>>): FanoutResult['ratios'] {
  const {parley, ...peers} = subjects;
  if (!parley) return {};
  return Object.fromEntries(
    Object.entries(peers).map(([name, peer]) => [
      name,
      {
        cpuPerDelivery: parley.cpuMicrosPerDelivery / peer.cpuMicrosPerDelivery,
        deliveriesPerCpuSecond: parley.deliveriesPerCpuSecond / peer.deliveriesPerCpuSecond,
      },
    ]),
  );
}
