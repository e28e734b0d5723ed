import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison} from '../scenario.js';
import {startParleyNode} from '../subjects/parley.js';
import {SlowReaderMeasurement, type SlowReaderParameters, type SlowReaderSubject} from './measure-slow-reader.js';

export type SlowReaderResult = RunResult<'slow-reader', SlowReaderParameters, SlowReaderSubject>;

const figures: readonly Figure<SlowReaderSubject>[] = [
  {heading: 'delivered %', digits: 2, value: (s) => s.deliveredPct},
  {heading: 'p99 alone', chart: {title: 'p99 of the others alone', unit: 'ms'}, digits: 2, value: (s) => s.p99AloneMs},
  {
    heading: 'p99 beside',
    chart: {title: 'p99 of the others beside the slow one', unit: 'ms'},
    digits: 2,
    value: (s) => s.p99BesideMs,
  },
  {heading: 'ratio', digits: 2, value: (s) => s.p99Ratio},
  {heading: 'closed, ms', digits: 0, value: (s) => s.closedAfterMs},
  {heading: 'level, ms', digits: 0, value: (s) => s.caughtUpAfterMs},
  {heading: 'resumed', digits: 0, value: (s) => s.resumes},
  {heading: 'holes', digits: 0, value: (s) => s.holes},
  {heading: 'doubled', digits: 0, value: (s) => s.doubled},
  {heading: 'resets', digits: 0, value: (s) => s.resets},
  {heading: 'grown MB', digits: 1, value: (s) => s.grownBytes / 1_048_576},
];

export const slowReader = scenario({
  name: 'slow-reader',
  about: 'what one slow reader costs the others, and itself',
  options: {
    readers: {about: 'readers of the room, the slow one among them', default: 11, least: 2, most: 1_000},
    rate: {about: 'messages per second', default: 300, least: 1, most: 10_000},
    bytes: {about: 'bytes of a message’s text', default: 3_000, least: 40, most: 4_000},
    slow: {about: 'bytes per second that the slow one reads', default: 1_000, least: 1, most: 1_000_000},
    seconds: {
      about: 'measured seconds per round, alone and beside the slow one each',
      default: 12,
      least: 2,
      most: 600,
    },
    rounds: {about: 'rounds; latencies are those of all, the rest their medians', default: 5, least: 1, most: 50},
  },
  run: runSlowReader,
});

/**
 * A room whose readers are first alone, then beside one whose network passes on a kilobyte a second. That one must be
 * closed with `slow_consumer` before it costs the node more than its buffer, and resume without a hole once its network is
 * well again; the others must not notice.
 */
async function runSlowReader(parameters: SlowReaderParameters, comparison: Comparison): Promise<void> {
  const progress = new Progress();
  const measurement = new SlowReaderMeasurement();
  // The buffer that the server comes with: here it is the subject.
  const node = await startParleyNode({env: {PARLEY_MAX_BUFFER: '1MiB'}});
  try {
    for (let round = 1; round <= parameters.rounds; round += 1) {
      await measurement.round(node, parameters, progress);
      progress.settle(`round ${String(round)} of ${String(parameters.rounds)} done`);
    }
  } finally {
    await node.stop();
  }
  const subject = measurement.result;
  const result: SlowReaderResult = {
    scenario: 'slow-reader',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {parley: subject},
    ratios: {},
  };
  const {readers, rate, bytes, slow, rounds} = parameters;
  publishResult(
    result,
    {
      title: 'A slow reader',
      about: `${String(readers)} readers of ${String(rate)} messages per second with ${String(bytes)} bytes of text, one of which reads ${String(slow)} bytes a second; ${String(rounds)} round(s)`,
      figures,
      phrase: () => '',
    },
    comparison,
  );
  process.stdout.write(`closed as: ${subject.closedAs.join(', ')}\n`);
}
