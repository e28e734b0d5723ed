import type {FanoutResult} from './result.js';

const pad = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(13))).join('');

/** The figures as a table for the terminal. */
export function textReport(result: FanoutResult): string {
  const lines = [
    pad(['', 'delivered', 'doubled', 'µs/delivery', '1/CPU second', 'p50 ms', 'p95 ms', 'p99 ms', 'KB/conn.']),
    ...Object.entries(result.subjects).map(([name, s]) =>
      pad([
        name,
        `${s.deliveredPct.toFixed(2)} %`,
        String(s.duplicates),
        s.cpuMicrosPerDelivery.toFixed(2),
        Math.round(s.deliveriesPerCpuSecond).toLocaleString('en'),
        s.latencyMs.p50.toFixed(1),
        s.latencyMs.p95.toFixed(1),
        s.latencyMs.p99.toFixed(1),
        (s.rssBytesPerConnection / 1024).toFixed(1),
      ]),
    ),
    ...Object.entries(result.ratios).map(
      ([name, ratio]) =>
        `parley / ${name}: ${ratio.cpuPerDelivery.toFixed(2)} × the CPU per delivery, ${ratio.deliveriesPerCpuSecond.toFixed(2)} × the deliveries per CPU second`,
    ),
  ];
  return lines.join('\n');
}
