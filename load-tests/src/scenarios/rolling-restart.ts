import type {Outcome} from '../crowd/outcome.js';
import {Stage} from '../crowd/stage.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {crowdOptions} from './crowd-options.js';
import {bystanders, reportFailure, returning, type FailureResult} from './failure-report.js';

export interface RollingOutcome extends Outcome {
  /** From SIGTERM to the moment when every client was there again, for each node; milliseconds. */
  readonly allBackMs: readonly number[];
  /** What the nodes' processes ended with. */
  readonly exits: readonly (number | string)[];
  readonly defects: readonly string[];
}
export type RollingRestartResult = FailureResult<'rolling-restart', RollingOutcome>;

const options = {
  ...crowdOptions({clients: 900, nodes: 3, rate: 20}),
  pause: {about: 'seconds between one node and the next', default: 2, least: 0, most: 600},
};

const figures: readonly Figure<RollingOutcome>[] = [
  ...returning,
  {
    heading: 'all back ms',
    chart: {title: 'From SIGTERM to everybody being there again, the slowest node', unit: 'ms'},
    digits: 0,
    value: (o) => Math.max(...o.allBackMs),
  },
  {heading: 'after time p99', digits: 0, value: (o) => o.lateMs.p99},
  ...bystanders,
];

export const rollingRestart = scenario({
  name: 'rolling-restart',
  about: 'one node after the other is restarted under load, as a deploy does it',
  options,
  run: runRollingRestart,
});

const backWithinMs = 60_000;

async function runRollingRestart(parameters: ParametersOf<typeof options>, comparison: Comparison): Promise<void> {
  const {clients, nodes, rate, pause, accepts} = parameters;
  const progress = new Progress();
  await using stage = await Stage.open(parameters, progress);
  const {crowd} = stage;
  const [allBackMs, exits]: [number[], (number | string)[]] = [[], []];
  stage.says('before');
  const written = stage.write(rate);
  await stage.pass(1_000);
  crowd.phase = 'trouble';
  for (const [index, node] of [...stage.nodes].entries()) {
    stage.says(`restarting node ${String(index + 1)} of ${String(nodes)}`);
    const begunAt = performance.now();
    node.kill('SIGTERM');
    exits.push(await node.ended);
    const [, backAt] = await Promise.all([
      stage.startNode(index),
      stage.allBack(backWithinMs).then(() => performance.now()),
    ]);
    allBackMs.push(backAt - begunAt);
    await stage.pass(pause * 1_000);
  }
  crowd.stopWriting();
  const outcome = {...(await stage.settle(await written)), allBackMs, exits, defects: stage.defects};
  progress.settle('rolling-restart: done');
  const about = `${String(clients)} clients on ${String(nodes)} nodes that take in ${String(accepts)} handshakes a second each, ${String(rate)} messages a second to all; one node after the other was ended by SIGTERM and started again`;
  reportFailure(
    {scenario: 'rolling-restart', parameters, outcome, title: 'Rolling restart', about, figures},
    comparison,
  );
}
