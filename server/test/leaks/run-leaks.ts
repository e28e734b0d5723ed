import {setTimeout as pause} from 'node:timers/promises';
import {call} from '@parley/protocol';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {Caller} from '../calls/caller.js';
import {startMediaNode} from '../calls/media-node.js';
import {eventually} from '../eventually.js';
import type {TestNode} from '../start-node.js';
import {differences, isSame} from './differences.js';
import {lookClosely, lookQuickly, type Holdings} from './holdings.js';

export interface LeakOptions {
  /** How often somebody joins a call and leaves it, in one way or another. */
  readonly joins: number;
  /** How often the worker under a call is killed. */
  readonly kills: number;
  readonly say?: (line: string) => void;
}

export interface LeakReport {
  readonly violations: readonly string[];
  readonly base: Holdings;
  readonly end: Holdings;
}

/** A worker that dies young is restarted later each time: with many of them each dies seldom. */
const killsPerWorker = 7;
const resumeWindowMs = 1_000;

/**
 * What a call needs is there while it lasts and not longer: after many came and went, and workers were killed under them,
 * a node and its workers hold what they held before.
 */
export async function runLeaks({joins, kills, say = () => undefined}: LeakOptions): Promise<LeakReport> {
  using watch = new WorkerWatch();
  const workers = Math.max(4, Math.ceil(kills / killsPerWorker));
  await using node = await startMediaNode({
    PARLEY_MEDIA_WORKERS: String(workers),
    PARLEY_RESUME_WINDOW: `${resumeWindowMs}ms`,
  });
  // What is made when it is needed first, and kept, belongs to the base.
  await comeAndGo(node, 8 * endings.length, () => undefined);
  await killUnder(node, watch, Math.min(2, kills), () => undefined);
  await atRest(watch, workers);
  const base = await lookClosely(watch);
  await comeAndGo(node, joins, say);
  const survivors = running(watch).map(({pid}) => pid);
  await atRest(watch, workers, base);
  const afterJoins = await lookClosely(watch);
  await killUnder(node, watch, kills, say);
  await atRest(watch, workers, base);
  const end = await lookClosely(watch);
  const violations = [
    ...differences(base, afterJoins, joins, survivors).map((what) => `after ${joins} joins: ${what}`),
    ...(kills > 0 ? differences(afterJoins, end, kills, []).map((what) => `after ${kills} kills: ${what}`) : []),
  ];
  return {violations, base, end};
}

/** The ways in which a peer goes. */
const endings: readonly ((caller: Caller) => Promise<void>)[] = [
  async (caller) => {
    await caller.request(call.leave, {});
  },
  async (caller) => {
    await caller.client.request('session.end', {});
  },
  (caller) => {
    caller.drop();
    return Promise.resolve();
  },
];

/** Pairs meet: both publish, see and hear each other, and go, each time in another way. */
async function comeAndGo(node: TestNode, joins: number, say: (line: string) => void): Promise<void> {
  for (let done = 0; done < joins; done += 2) {
    const pair = await meet(node);
    for (const [n, caller] of pair.entries()) {
      await endings[(done / 2 + n) % endings.length]!(caller);
      await caller[Symbol.asyncDispose]();
    }
    if (done % 100 === 0) say(`${done} of ${joins} joins`);
  }
}

async function killUnder(
  node: TestNode,
  watch: WorkerWatch,
  kills: number,
  say: (line: string) => void,
): Promise<void> {
  for (let done = 0; done < kills; done += 1) {
    await eventually(() => running(watch).length > 1, 'workers to be back', 60_000);
    await noCall(watch);
    const pair = await meet(node);
    const victim = await busyWorker(watch);
    process.kill(victim, 'SIGKILL');
    for (const caller of pair) await caller.untilTold(call.closed, (events) => events.length > 0);
    for (const caller of pair) await caller[Symbol.asyncDispose]();
    if (done % 10 === 0) say(`${done} of ${kills} workers killed`);
  }
}

async function meet(node: TestNode): Promise<readonly Caller[]> {
  const pair = await Promise.all([Caller.connect(node, 'ann'), Caller.connect(node, 'bob')]);
  for (const caller of pair) {
    const {send} = await caller.enter();
    await caller.publish(send, 'microphone');
    await caller.publish(send, 'camera');
  }
  await Promise.all(pair.map(async (caller) => caller.confirm(await caller.offered(2))));
  return pair;
}

const noCall = (watch: WorkerWatch): Promise<void> =>
  eventually(async () => (await watch.dump()).routers === 0, 'the last call to end', 30_000);

const running = (watch: WorkerWatch) => watch.workers.filter(({closed}) => !closed);

async function busyWorker(watch: WorkerWatch): Promise<number> {
  for (const worker of running(watch)) {
    const {routerIds} = await worker.dump();
    if (routerIds.length > 0) return worker.pid;
  }
  throw new Error('No worker has a call.');
}

/** Every worker runs, no session is left, and, if a base is given, waits for what can be counted quickly to be as it was. */
async function atRest(watch: WorkerWatch, workers: number, base?: Holdings): Promise<void> {
  await eventually(() => running(watch).length === workers, 'all workers to run', 60_000);
  await noCall(watch);
  // Sessions that were dropped pass.
  await pause(resumeWindowMs + 500);
  watch.forgetEnded();
  if (base === undefined) return;
  const end = performance.now() + 15_000;
  while (!isSame(base, await lookQuickly(watch)) && performance.now() < end) await pause(250);
}
