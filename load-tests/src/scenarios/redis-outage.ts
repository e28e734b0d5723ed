import type {Outcome} from '../crowd/outcome.js';
import {Stage} from '../crowd/stage.js';
import {Watch, type LocalWork} from '../crowd/watch.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import type {RunningNode} from '../subjects/parley.js';
import {crowdOptions} from './crowd-options.js';
import {bystanders, reportFailure, returning, type FailureResult} from './failure-report.js';

export interface OutageOutcome extends Outcome {
  /** Of each node, while Redis was away. */
  readonly local: readonly LocalWork[];
  /** Nodes whose process is the one that was started. */
  readonly nodesUp: number;
  /** From the return of Redis until every node says that it is ready; milliseconds. */
  readonly readyAfterMs: number;
  readonly defects: readonly string[];
}
export type RedisOutageResult = FailureResult<'redis-outage', OutageOutcome>;

const options = {
  ...crowdOptions({clients: 200, nodes: 2, rate: 20}),
  seconds: {about: 'seconds that Redis is away', default: 2, least: 0.5, most: 600},
};

const sum = (outcome: OutageOutcome, of: (work: LocalWork) => number): number =>
  outcome.local.reduce((total, work) => total + of(work), 0);

const figures: readonly Figure<OutageOutcome>[] = [
  {heading: 'nodes up', digits: 0, value: (o) => o.nodesUp},
  {heading: 'defects in the logs', digits: 0, value: (o) => o.defects.length},
  {heading: 'kicks asked', digits: 0, value: (o) => sum(o, ({kicks}) => kicks)},
  {heading: 'kicks done', digits: 0, value: (o) => sum(o, ({kicked}) => kicked)},
  {heading: 'slowest kick ms', digits: 0, value: (o) => Math.max(...o.local.map((work) => work.slowestKickMs))},
  {heading: 'signals sent', digits: 0, value: (o) => sum(o, ({signals}) => signals)},
  {heading: 'signals heard', digits: 0, value: (o) => sum(o, ({signalled}) => signalled)},
  {heading: 'slowest signal ms', digits: 0, value: (o) => Math.max(...o.local.map((work) => work.slowestSignalMs))},
  {heading: 'ready after ms', digits: 0, value: (o) => o.readyAfterMs},
  ...returning,
  ...bystanders,
];

export const redisOutage = scenario({
  name: 'redis-outage',
  about: 'Redis is killed and comes back with its data: what is lost, and what goes on meanwhile',
  options,
  run: runRedisOutage,
});

const kicksPerNode = 4;
const readyWithinMs = 60_000;

async function runRedisOutage(parameters: ParametersOf<typeof options>, comparison: Comparison): Promise<void> {
  const {clients, nodes, rate, seconds} = parameters;
  const progress = new Progress();
  await using stage = await Stage.open(parameters, progress);
  const {crowd, redis} = stage;
  const watches = await Promise.all(stage.nodes.map((node, i) => Watch.begin(node, i, kicksPerNode)));
  stage.says('before');
  const written = stage.write(rate);
  await stage.pass(1_000);
  crowd.phase = 'trouble';
  stage.says(`Redis is away for ${String(seconds)} s`);
  await redis.kill();
  const away = watches.map((watch) => watch.over(seconds * 1_000));
  await stage.pass(seconds * 1_000);
  await redis.start();
  const readyAfterMs = await untilReady(stage.nodes);
  const local = await Promise.all(away);
  stage.says('Redis is back');
  await stage.pass(2_000);
  crowd.stopWriting();
  const nodesUp = stage.nodes.filter(({pid}) => isRunning(pid)).length;
  const outcome = {...(await stage.settle(await written)), local, nodesUp, readyAfterMs, defects: stage.defects};
  for (const watch of watches) watch.end();
  progress.settle('redis-outage: done');
  const about = `${String(clients)} clients on ${String(nodes)} nodes, ${String(rate)} messages a second to all; Redis was ended by SIGKILL and started again with its data ${String(seconds)} s later; clients were kicked and signalled to one another on each node meanwhile`;
  reportFailure({scenario: 'redis-outage', parameters, outcome, title: 'Redis goes away', about, figures}, comparison);
}

async function untilReady(nodes: readonly RunningNode[]): Promise<number> {
  const begunAt = performance.now();
  const isReady = async ({opsUrl}: RunningNode): Promise<boolean> =>
    (await fetch(`${opsUrl}/ready`).catch(() => undefined))?.ok === true;
  while (performance.now() - begunAt < readyWithinMs) {
    const ready = await Promise.all(nodes.map(isReady));
    if (ready.every(Boolean)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - begunAt;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
