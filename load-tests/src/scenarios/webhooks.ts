import {setTimeout as delay} from 'node:timers/promises';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {newSecret, startParleyNode, type RunningNode} from '../subjects/parley.js';
import {startRedis} from '../subjects/redis.js';
import {Backlogs} from '../webhooks/backlogs.js';
import {Cast} from '../webhooks/cast.js';
import {settle} from '../webhooks/settling.js';
import {subjectOf, type Expected, type Phase, type WebhookSubject} from '../webhooks/subject.js';
import {Writers} from '../webhooks/writers.js';

const options = {
  rooms: {about: 'rooms that are pushed to', default: 8, least: 1, most: 500},
  rate: {about: 'stored pushes per second, over all rooms', default: 40, least: 1, most: 2_000},
  seconds: {
    about: 'seconds with all receivers good, and as many with three bad, that are compared',
    default: 20,
    least: 1,
    most: 600,
  },
  down: {about: 'seconds that one receiver is down, and the others slow and wrong', default: 60, least: 2, most: 3_600},
  slow: {about: 'milliseconds after which the slow receiver answers', default: 1_000, least: 0, most: 9_000},
};
type Parameters = ParametersOf<typeof options>;

export type WebhooksResult = RunResult<'webhooks', Parameters, WebhookSubject> & {
  /** What the healthy receiver has of it that the others are bad: its latencies then, divided by those before. */
  readonly healthy: {readonly p50: number; readonly p99: number};
};

const figures: readonly Figure<WebhookSubject>[] = [
  {heading: 'events', digits: 0, value: (s) => s.events},
  {heading: 'missing', digits: 0, value: (s) => s.missing},
  {heading: 'out of order', digits: 0, value: (s) => s.outOfOrder},
  {heading: 'repeated', digits: 0, value: (s) => s.repeated},
  {heading: 'parked', digits: 0, value: (s) => s.parked},
  {heading: 'good p50 ms', digits: 1, value: (s) => s.latencyMs.good.p50},
  {heading: 'good p99 ms', digits: 1, value: (s) => s.latencyMs.good.p99},
  {heading: 'bad p50 ms', digits: 1, value: (s) => s.latencyMs.bad.p50},
  {
    heading: 'bad p99 ms',
    chart: {title: 'From the event to its arrival while three are bad, 99th percentile', unit: 'ms'},
    digits: 1,
    value: (s) => s.latencyMs.bad.p99,
  },
  {heading: 'killed max ms', digits: 0, value: (s) => s.latencyMs.killed.max},
  {
    heading: 'behind s',
    chart: {title: 'From when all are good again to having everything', unit: 's'},
    digits: 1,
    value: (s) => s.behindSeconds,
  },
];

export const webhooks = scenario({
  name: 'webhooks',
  about:
    'webhook receivers that are down, slow and wrong, and a node that is killed: nothing lost, order kept, others unaffected',
  options,
  contradiction: ({seconds, down}) =>
    down <= seconds ? '--down must exceed --seconds: a node is killed in what is left.' : undefined,
  run: runWebhooks,
});

/** Before what is measured, and between: what is underway when receivers go bad is neither. */
const pauseMs = 1_000;

async function runWebhooks(parameters: Parameters, comparison: Comparison): Promise<void> {
  const redis = await startRedis();
  const nodes: RunningNode[] = [];
  try {
    await using cast = await Cast.open({slowMs: parameters.slow});
    const env = {REDIS_URL: redis.url, PARLEY_WEBHOOKS: cast.setting};
    const secret = newSecret();
    // The first is alone for a while, so it is the one that tells, and the one to be killed.
    for (let n = 0; n < 2; n += 1) nodes.push(await startParleyNode({secret, env}));
    const {expected, backlogs} = await trouble(nodes, cast, parameters);
    const {good, bad} = subjectOf(cast.healthy, expected).latencyMs;
    const result: WebhooksResult = {
      scenario: 'webhooks',
      at: new Date().toISOString(),
      params: parameters,
      machine: machine(),
      subjects: Object.fromEntries(cast.all.map((one) => [one.name, subjectOf(one, expected)])),
      ratios: {},
      healthy: {p50: bad.p50 / good.p50, p99: bad.p99 / good.p99},
    };
    report(result, backlogs, comparison);
  } finally {
    for (const node of nodes) {
      node.kill('SIGKILL');
      await node.ended;
    }
    await redis.stop();
  }
}

/** All of it, until everybody has everything or nothing more comes. */
async function trouble(
  nodes: readonly RunningNode[],
  cast: Cast,
  {rooms, rate, seconds, down}: Parameters,
): Promise<{readonly expected: Expected; readonly backlogs: Backlogs['series']}> {
  const progress = new Progress();
  const writers = await Writers.start<Phase>(nodes, {rooms, rate, phase: 'between'});
  const {pushed} = writers;
  using backlogs = new Backlogs(pushed, cast.all);
  const enter = async (phase: Phase, forMs: number): Promise<void> => {
    writers.phase = phase;
    progress.show(`webhooks: ${phase}`);
    await delay(forMs);
  };
  await enter('between', pauseMs);
  await enter('good', seconds * 1_000);
  await enter('between', pauseMs);
  await cast.turnBad();
  await enter('bad', seconds * 1_000);
  nodes[0]?.kill('SIGKILL');
  await enter('killed', (down - seconds) * 1_000);
  await writers.stop();
  await cast.turnGood();
  const goodAgainAt = Date.now();
  const parked = await settle(nodes, cast.all, pushed, (missing) => {
    progress.show(`webhooks: ${String(missing)} are to come`);
  });
  progress.settle('webhooks: done');
  return {expected: {pushed, parked, goodAgainAt}, backlogs: backlogs.series};
}

/** Throws if anything was not as it must be. */
function report(result: WebhooksResult, series: Backlogs['series'], comparison: Comparison): void {
  const {rooms, rate, seconds, down, slow} = result.params;
  publishResult(
    result,
    {
      title: 'Receivers that are down, slow and wrong',
      about: `${String(rate)} stored pushes per second to ${String(rooms)} rooms of two nodes with a Redis, told to four receivers: for ${String(seconds)} s all are good, then for ${String(down)} s one is down, one answers after ${String(slow)} ms, and one answers 500 or hangs up; ${String(seconds)} s into that the node that tells is killed`,
      figures,
      course: {title: 'Events that wait for each receiver, every second', series},
      phrase: () => '',
    },
    comparison,
  );
  const {p50, p99} = result.healthy;
  process.stdout.write(`healthy: p50 ${p50.toFixed(2)} × and p99 ${p99.toFixed(2)} × of before the others were bad\n`);
  for (const [name, {missing, outOfOrder, gaps, unverified}] of Object.entries(result.subjects)) {
    if (missing + outOfOrder + gaps + unverified === 0) continue;
    const wrong = JSON.stringify({missing, outOfOrder, gaps, unverified});
    throw new Error(`The receiver "${name}" was not told as it must be: ${wrong}`);
  }
}
