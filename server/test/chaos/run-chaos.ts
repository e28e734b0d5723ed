import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {
  expectCleanLogs,
  expectForgotten,
  expectPresence,
  expectProbes,
  expectSaneProcesses,
  expectWhole,
} from './aftermath.js';
import {carryOut, describe, type Stage} from './carry-out.js';
import {Cluster} from './cluster.js';
import {Crowd} from './crowd.js';
import {Ledger} from './ledger.js';
import {makePlan, type Plan} from './plan.js';
import {SeededRandom} from './seeded-random.js';

export interface ChaosOptions {
  readonly seed: number;
  /** For how long things are broken; setting up and looking after takes half a minute more. */
  readonly durationMs: number;
  readonly nodes?: number;
  readonly clients?: number;
  readonly messagesPerSecond?: number;
  readonly say?: (line: string) => void;
}

export interface ChaosReport {
  readonly violations: readonly string[];
  readonly plan: Plan;
  readonly seen: number;
  readonly accepted: number;
  readonly resets: number;
  /** Where journals and logs are, if anything was violated. */
  readonly folder?: string;
}

/** Sets a cluster and a crowd up, breaks things by the seed, and looks at what everybody was told. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const {seed, durationMs, nodes = 3, clients = 12, messagesPerSecond = 40} = options;
  const begun = performance.now();
  const say = (line: string): void => {
    options.say?.(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  };
  const plan = makePlan(seed, {durationMs, nodes, clients});
  const ledger = new Ledger((violation) => {
    say(`VIOLATED ${violation}`);
  });
  await using cluster = await Cluster.open(nodes);
  const files = new Map<string, number>();
  for (const slot of cluster.slots) files.set(slot.name, (await slot.use()).files);
  const random = new SeededRandom(seed ^ 0x5bd1e995);
  const crowd = await Crowd.open({cluster, ledger, random, size: clients, messagesPerSecond});
  const stage: Stage = {cluster, crowd, ledger, say};
  try {
    say(`${nodes} nodes, ${clients} clients, ${plan.steps.length} faults in ${durationMs / 1_000} s`);
    crowd.start();
    await carryOut(plan, stage);
    await crowd.quiet();
    say('everything is mended and quiet');
    await expectWhole(stage);
    await expectProbes(stage);
    await expectPresence(stage);
    say('whole: everybody has everything');
    await expectForgotten(stage);
    await expectSaneProcesses(stage, files);
  } catch (error) {
    ledger.violation(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await crowd.stop(() => 'vanished');
  }
  expectCleanLogs(stage);
  const {violations, seen, accepted, resets} = ledger;
  const folder = violations.length > 0 ? await writeDown(plan, stage) : undefined;
  say(`${accepted} accepted, ${seen} seen, ${resets} resets, ${violations.length} violations`);
  return {violations, plan, seen, accepted, resets, ...(folder !== undefined && {folder})};
}

/** What whoever looks for the cause will want to read. */
async function writeDown(plan: Plan, {cluster, crowd, ledger}: Stage): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `parley-chaos-seed-${plan.seed}-`));
  const steps = plan.steps.map(({atMs, fault}) => `${atMs} ms: ${describe(fault)}`);
  await writeFile(join(folder, 'report.txt'), [...ledger.violations, '', ...steps, ''].join('\n'));
  for (const {name, output} of cluster.slots) await writeFile(join(folder, `${name}.log`), output);
  for (const client of crowd.everybody) {
    const journals = [...client.journals].map(([room, {lines}]) => [`── ${room}`, ...lines].join('\n'));
    await writeFile(join(folder, `${client.name}.txt`), [client.user, ...journals, ''].join('\n'));
  }
  return folder;
}
