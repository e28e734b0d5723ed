import {readFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {SeededRandom} from '../chaos/seeded-random.js';
import {connectBare} from '../connect-bare.js';
import {spawnNode, type SpawnedNode} from '../spawn-node.js';
import {FuzzSocket, payloadBytes, type Complain} from './fuzz-socket.js';
import {sendOne, settleIn} from './inputs.js';
import {callApi, knock, poll} from './other-doors.js';

export interface FuzzOptions {
  readonly seed: number;
  /** Requests and frames; one in fifty goes to another door: handshakes, long-polling, the operations port. */
  readonly inputs: number;
  readonly sockets?: number;
  /** Requests that one socket has under way. */
  readonly window?: number;
  /** Path of a media worker; without it call requests get no further than `calls_unavailable`. */
  readonly mediaWorker?: string | undefined;
  readonly say?: (line: string) => void;
}

export interface FuzzReport {
  readonly violations: readonly string[];
  readonly outcomes: ReadonlyMap<string, number>;
  /** Resident memory of the node's process after the first hundredth of the inputs, and after all of them. */
  readonly rssBytes: {readonly early: number; readonly late: number};
}

const mostViolations = 50;
const otherDoorsEvery = 50;
/** What a node may have grown by when everybody has gone: its own caches, and what the collector has not given back. */
const growthBytes = 200 * 1_048_576;

const environment = {
  PARLEY_MAX_PAYLOAD: String(payloadBytes),
  PARLEY_MAX_BUFFER: '16MiB',
  PARLEY_MAX_INBOUND: '1GiB',
  // Nothing is to be refused for its number alone: what is behind the limits is what is looked at.
  PARLEY_REQUESTS_PER_SECOND: '1000000',
  PARLEY_INVALID_REQUESTS_PER_MINUTE: '0',
  PARLEY_API_REQUESTS_PER_SECOND: '1000000',
  PARLEY_MAX_ROOMS: '500',
  PARLEY_HISTORY_EVENTS: '200',
  PARLEY_REPLAY_EVENTS: '200',
  PARLEY_RESUME_WINDOW: '1s',
};

/** Sends inputs that are right, nearly right and hostile to a node of its own, and says what should not have happened. */
export async function runFuzz({
  seed,
  inputs,
  sockets: count = 6,
  window = 40,
  mediaWorker,
  say = () => undefined,
}: FuzzOptions): Promise<FuzzReport> {
  const violations: string[] = [];
  const complain: Complain = (violation) => {
    if (violations.length >= mostViolations || violations.includes(violation)) return;
    violations.push(violation);
    say(`violation: ${violation}`);
  };
  const media =
    mediaWorker === undefined
      ? {}
      : {PARLEY_MEDIA_WORKERS: '1', MEDIASOUP_WORKER_BIN: mediaWorker, PARLEY_MEDIA_PORT: '0'};
  await using node = await spawnNode({...environment, ...media});
  await using witness = await connectBare(node, {user: 'witness'});
  const outcomes = new Map<string, number>();
  const random = new SeededRandom(seed);
  let sent = 0;
  let early = 0;
  const startedAt = Date.now();

  const work = async (user: string, chance: SeededRandom): Promise<void> => {
    const enter = async (): Promise<FuzzSocket> => {
      const entered = await FuzzSocket.connect(node.url, user, outcomes, complain);
      settleIn(entered);
      return entered;
    };
    let socket = await enter();
    while (sent < inputs && violations.length < mostViolations) {
      if (!socket.open) socket = await enter();
      for (let n = 0; n < window / 2 && socket.open; n += 1) {
        sent += 1;
        sendOne(socket, chance);
      }
      await socket.settled(window / 2);
    }
    await socket.settled(0);
    await socket.close();
  };
  const otherDoors = async (chance: SeededRandom): Promise<void> => {
    for (let done = 0; sent < inputs && violations.length < mostViolations; done += 1) {
      if (done * otherDoorsEvery > sent) {
        await pause(5);
        continue;
      }
      sent += 1;
      await chance.weighted<() => Promise<void>>([
        [1, () => knock(node, chance, complain)],
        [1, () => poll(node, chance)],
        [2, () => callApi(node, chance, complain)],
      ])();
    }
  };
  const watch = async (): Promise<void> => {
    while (sent < inputs && violations.length < mostViolations) {
      await pause(1_000);
      if (early === 0 && sent >= inputs / 100) early = rssOf(node);
      const answer = await witness.ask('session.list', {});
      if (!answer.ok) complain(`the witness was refused: ${JSON.stringify(answer)}`);
      const rate = Math.round(sent / ((Date.now() - startedAt) / 1_000));
      say(
        `${sent} of ${inputs} inputs, ${rate} per second, ${megabytes(rssOf(node))} MB, ${violations.length} violations`,
      );
    }
  };

  const gone = node.ended.then((how) => {
    if (sent < inputs) complain(`the node ended (${how}): ${node.output().slice(-2_000)}`);
  });
  const all = Promise.all([
    ...Array.from({length: count}, (_, n) => work(`fuzz-${n}`, random.fork())),
    otherDoors(random.fork()),
    watch(),
  ]).catch((error: unknown) => {
    complain(error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error));
  });
  await Promise.race([all, gone]);

  if (violations.length === 0) await comesToRest(node, early, complain);
  const late = rssOf(node);
  for (const line of node.output().split('\n')) {
    if (/"level":(50|60)/.test(line)) complain(`the node's log: ${line.slice(0, 500)}`);
  }
  return {violations, outcomes, rssBytes: {early, late}};
}

/** Everybody has gone: within some collections of garbage, the memory is what it was. */
async function comesToRest(node: SpawnedNode, early: number, complain: Complain): Promise<void> {
  for (let look = 0; look < 60; look += 1) {
    if (early === 0 || rssOf(node) < early + growthBytes) return;
    await pause(500);
  }
  complain(`the node's memory went from ${megabytes(early)} MB to ${megabytes(rssOf(node))} MB and stayed there`);
}

/** Of the process, as Linux tells it; 0 if it is gone, or tells nothing. */
function rssOf({pid}: SpawnedNode): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
