import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expectAllWell, expectWhole} from './aftermath.js';
import {carryOut, type Stage} from './carry-out.js';
import {Chronicle} from './chronicle.js';
import {Cluster} from './cluster.js';
import {Crowd} from './crowd.js';
import {expectSilence} from './expect-silence.js';
import {Ledger, type Violation} from './ledger.js';
import {expectCleanLogs, expectForgotten, expectSaneProcesses, type Base} from './leftovers.js';
import type {NodeUse} from './node-slot.js';
import type {Persistence} from './persistence.js';
import {makePlan, type Plan} from './plan.js';
import {SeededRandom} from './seeded-random.js';
import {StallMeter} from './stall-meter.js';
import {tellStory, violated} from './story.js';
import {summarize, type Outcome} from './summary.js';

export interface ChaosOptions {
  readonly seed: number;
  /** For how long things are broken; looking after each round and clearing up come on top. */
  readonly durationMs: number;
  readonly nodes?: number;
  readonly clients?: number;
  readonly messagesPerSecond?: number;
  /** How Redis keeps what it is given; unless told otherwise a kill loses nothing. */
  readonly persistence?: Persistence;
  /** Something happened. */
  readonly onLine?: (line: string) => void;
  /** How things stand, twice a second. */
  readonly onStatus?: (status: string) => void;
}

export interface ChaosReport {
  readonly violations: readonly string[];
  readonly plan: Plan;
  readonly tally: Ledger['tally'];
  /** One page. */
  readonly summary: string;
  /** What led to the first of each kind of violation, shortly. */
  readonly stories: readonly string[];
  /** Where journals and logs are, if anything was violated. */
  readonly folder?: string;
}

const mostStories = 3;
const statusMs = 500;

/** Sets a cluster and a crowd up, breaks things by the seed round by round, and looks at what everybody was told. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const {seed, durationMs, nodes = 3, clients = 12, messagesPerSecond = 40, onLine, onStatus} = options;
  const {persistence = 'aof-no'} = options;
  const plan = makePlan(seed, {durationMs, nodes, clients, persistence});
  const chronicle = new Chronicle(onLine);
  await using cluster = await Cluster.open(nodes, persistence);
  using stalls = new StallMeter(() => cluster.pids);
  const ledger = new Ledger(
    ({what}) => {
      chronicle.note(`${violated} ${what}`);
    },
    () => stalls.totalMs,
  );
  const elapsed = stalls.begin();
  const base: Base = {use: await useOf(cluster), channels: await cluster.channels()};
  const random = new SeededRandom(seed ^ 0x5bd1e995);
  const crowd = await Crowd.open({cluster, ledger, random, size: clients, messagesPerSecond});
  const stage: Stage = {cluster, crowd, ledger, chronicle, stalls, persistence};
  const wholeMs: number[] = [];
  let left: ReadonlyMap<string, NodeUse> = new Map();
  const status = setInterval(() => onStatus?.(statusOf(plan, wholeMs.length, stage)), statusMs);
  try {
    for (const [index, round] of plan.rounds.entries()) {
      chronicle.note(`── round ${index + 1} of ${plan.rounds.length}: ${round.steps.length} faults`);
      crowd.start();
      await carryOut(round, stage);
      await crowd.quiet();
      const mendedAt = performance.now();
      await expectAllWell(stage);
      wholeMs.push(performance.now() - mendedAt);
      chronicle.note(`all is well, ${((wholeMs.at(-1) ?? 0) / 1_000).toFixed(1)} s after the last fault`);
      // Whoever looks for the cause is not helped by what comes after.
      if (ledger.violations.length > 0) break;
      await expectSilence(stage);
      await expectWhole(stage);
    }
    await expectForgotten(stage, base);
    await expectSaneProcesses(stage, base);
    left = await useOf(cluster);
  } catch (error) {
    ledger.violation(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    clearInterval(status);
    await crowd.stop(() => 'vanished');
  }
  expectCleanLogs(stage, {loses: plan.rounds.some(({loses}) => loses)});
  const use = [...base.use].map(([name, before]) => ({name, fresh: before, left: left.get(name)}));
  const summary = summarize({plan, wholeMs, use, elapsed: elapsed()} satisfies Outcome, stage);
  const stories = firstOfEachKind(ledger.violations).map((violation) => tellStory(violation, stage));
  const folder = ledger.violations.length > 0 ? await writeDown([summary, ...stories], stage) : undefined;
  const violations = ledger.violations.map(({what}) => what);
  return {violations, plan, tally: ledger.tally, summary, stories, ...(folder !== undefined && {folder})};
}

async function useOf({slots}: Cluster): Promise<ReadonlyMap<string, NodeUse>> {
  const found = new Map<string, NodeUse>();
  for (const slot of slots) found.set(slot.name, await slot.use());
  return found;
}

function statusOf(plan: Plan, done: number, {chronicle, crowd, ledger}: Stage): string {
  const {accepted, seen, resets} = ledger.tally;
  const connected = crowd.clients.filter((client) => client.connected).length;
  const broken = chronicle.present.join(', ');
  return [
    `${chronicle.clock()}  round ${Math.min(done + 1, plan.rounds.length)}/${plan.rounds.length}`,
    `${connected}/${plan.clients} connected`,
    `${accepted} acknowledged`,
    `${seen} seen`,
    `${resets} resets`,
    `${ledger.violations.length} violations`,
    broken === '' ? 'nothing broken' : `broken: ${broken}`,
  ].join(' · ');
}

/** Of violations with the same rule the first: the others are likely to follow from it. */
function firstOfEachKind(violations: readonly Violation[]): Violation[] {
  const kinds = new Map<string, Violation>();
  for (const violation of violations) {
    const kind = violation.what.slice(0, violation.what.search(/[\] :]/));
    if (!kinds.has(kind)) kinds.set(kind, violation);
  }
  return [...kinds.values()].slice(0, mostStories);
}

/** What whoever looks for the cause will want to read. */
async function writeDown(pages: readonly string[], {cluster, crowd, ledger, chronicle}: Stage): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-chaos-'));
  const happenings = chronicle.happenings.map(
    ({what, from, to}) => `${chronicle.clock(from)}–${chronicle.clock(to)}  ${what}`,
  );
  const violations = ledger.violations.map(({at, what}) => `${chronicle.clock(at)}  ${what}`);
  await writeFile(join(folder, 'report.txt'), [...pages, '', ...violations, '', ...happenings, ''].join('\n'));
  for (const {name, output} of cluster.slots) await writeFile(join(folder, `${name}.log`), output);
  for (const client of crowd.everybody) {
    const journals = [...client.journals].map(([room, {lines}]) =>
      [`── ${room}`, ...lines.map(({at, text}) => `${chronicle.clock(at)}  ${text}`)].join('\n'),
    );
    await writeFile(join(folder, `${client.name}.txt`), [client.user, ...journals, ''].join('\n'));
  }
  return folder;
}
