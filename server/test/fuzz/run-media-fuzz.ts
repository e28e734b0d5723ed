import {call} from '@parley/protocol';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {Caller} from '../calls/caller.js';
import {makeWorld, startMediaNode} from '../calls/media-node.js';
import {SeededRandom} from '../chaos/seeded-random.js';
import {eventually} from '../eventually.js';
import {MediaIntruder} from './media-intruder.js';

export interface MediaFuzzOptions {
  readonly seed: number;
  /** Requests. */
  readonly inputs: number;
  readonly say?: (line: string) => void;
}

export interface MediaFuzzReport {
  readonly violations: readonly string[];
  /** How often each request had each outcome, as `call.produce ok`. */
  readonly outcomes: ReadonlyMap<string, number>;
}

const mostViolations = 20;
const intrudersPerNode = 3;

const environment = {
  // So that what is said is piped between workers, and between nodes: parameters come further than to one router.
  PARLEY_MEDIA_WORKERS: '2',
  PARLEY_MEDIA_TOGETHER_BELOW: '0%',
  PARLEY_CALL_SPREAD: 'near',
  PARLEY_INVALID_REQUESTS_PER_MINUTE: '0',
  PARLEY_REQUESTS_PER_SECOND: '1000000',
};

/**
 * Says to one call on two nodes, each with two media workers, whatever can be said of transports, tracks, channels and
 * abilities, and tells what should not have happened: a worker that died, an answer that is none, a defect, something left.
 */
export async function runMediaFuzz({seed, inputs, say = () => undefined}: MediaFuzzOptions): Promise<MediaFuzzReport> {
  const violations: string[] = [];
  const complain = (violation: string): void => {
    if (violations.length >= mostViolations) return;
    violations.push(violation);
    say(`violation: ${violation}`);
  };
  const random = new SeededRandom(seed);
  const outcomes = new Map<string, number>();
  using watch = new WorkerWatch();
  const world = makeWorld();
  await using north = await startMediaNode(environment, world);
  await using south = await startMediaNode(environment, world);
  const workers = [...watch.workers];
  const base = await watch.dump();

  const intruders: MediaIntruder[] = [];
  for (const [at, node] of [north, south].entries())
    for (let n = 0; n < intrudersPerNode; n += 1) {
      const parts = {random: random.fork(), outcomes, complain};
      intruders.push(await MediaIntruder.connect(node, `intruder-${at}-${n}`, parts));
    }
  let sent = 0;
  let shown = 0;
  const startedAt = Date.now();
  const died = (): boolean => workers.some(({closed}) => closed);
  const work = async (intruder: MediaIntruder): Promise<void> => {
    while (sent < inputs && !died() && violations.length < mostViolations) {
      const asked = await intruder.act();
      sent += asked;
      if (Date.now() < shown + 2_000) continue;
      shown = Date.now();
      const rate = Math.round(sent / Math.max(1, (Date.now() - startedAt) / 1_000));
      say(`${sent} of ${inputs} requests, ${rate} per second, ${violations.length} violations`);
    }
  };
  await Promise.all(intruders.map(work));
  if (died()) complain('a media worker died');
  if (watch.workers.length !== workers.length) complain('a media worker was started in the place of another');

  for (const intruder of intruders) await intruder.leave();
  await stillCarries(north, south).catch((thrown: unknown) => {
    complain(`a call after it: ${String(thrown)}`);
  });
  const atBase = async (): Promise<boolean> => JSON.stringify(await watch.dump()) === JSON.stringify(base);
  await eventually(atBase, 'what the workers held before', 20_000).catch(async () => {
    complain(`left in the workers: ${JSON.stringify(await watch.dump())}; before: ${JSON.stringify(base)}`);
  });
  for (const intruder of intruders) await intruder[Symbol.asyncDispose]();
  return {violations, outcomes};
}

/** Two others, one on each node, are offered what the other publishes. */
async function stillCarries(...nodes: readonly {readonly url: string}[]): Promise<void> {
  const callers: Caller[] = [];
  try {
    for (const [at, node] of nodes.entries()) callers.push(await Caller.connect(node, `after-${at}`));
    for (const caller of callers) await caller.publish((await caller.enter()).send, 'camera');
    for (const caller of callers) await caller.confirm(await caller.offered(callers.length - 1));
    for (const caller of callers) await caller.request(call.leave, {});
  } finally {
    for (const caller of callers) await caller[Symbol.asyncDispose]();
  }
}
