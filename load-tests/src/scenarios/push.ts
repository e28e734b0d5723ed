import {median} from '../measure/median.js';
import {processUsage} from '../measure/process-usage.js';
import {Progress} from '../progress.js';
import {Listeners} from '../push/listeners.js';
import {doorNames, type DoorAddresses, type DoorName} from '../push/push-door.js';
import {pushFromOutside} from '../push/pusher.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {lastingPort} from '../subjects/lasting-port.js';
import {startNats, whenListening} from '../subjects/nats.js';
import {apiKey, startParleyNode, type RunningNode} from '../subjects/parley.js';
import {startRedis} from '../subjects/redis.js';

const options = {
  users: {about: 'connected users, pushed to in turn', default: 100, least: 1, most: 5_000},
  seconds: {about: 'measured seconds of each turn', default: 4, least: 1, most: 120},
  rounds: {about: 'turns that each door gets; the figures are their medians', default: 3, least: 1, most: 50},
  redis: {about: '1 with a Redis, as in a cluster; 0 with the embedded store', default: 1, least: 0, most: 1},
};
type Parameters = ParametersOf<typeof options>;

export interface PushSubject {
  /** As fast as it goes: pushes that came to their user, per second. */
  readonly pushesPerSecond: number;
  /** Processor time of the node per push, in microseconds; and of Redis. */
  readonly cpuMicros: number;
  readonly redisMicros: number;
  /** From when a push was due to when it was at the socket, at half of that rate. */
  readonly halfLoadMs: {readonly p50: number; readonly p95: number; readonly p99: number};
  /** Pushes that did not come, of all turns. */
  readonly lost: number;
}
export type PushResult = RunResult<'push', Parameters, PushSubject> & {
  /** Pushes per second, divided by those of single requests over HTTP. */
  readonly overHttp: Readonly<Record<string, number>>;
};

const figures: readonly Figure<PushSubject>[] = [
  {
    heading: 'pushes/s',
    chart: {title: 'Pushes per second', unit: 'higher is better'},
    digits: 0,
    value: (s) => s.pushesPerSecond,
  },
  {
    heading: 'node µs',
    chart: {title: 'CPU of the node per push', unit: 'µs, lower is better'},
    digits: 1,
    value: (s) => s.cpuMicros,
  },
  {heading: 'Redis µs', digits: 1, value: (s) => s.redisMicros},
  {heading: 'p50 ms', digits: 2, value: (s) => s.halfLoadMs.p50},
  {heading: 'p95 ms', digits: 2, value: (s) => s.halfLoadMs.p95},
  {
    heading: 'p99 ms',
    chart: {title: 'From due to the socket at half load, 99th percentile', unit: 'ms'},
    digits: 2,
    value: (s) => s.halfLoadMs.p99,
  },
  {heading: 'lost', digits: 0, value: (s) => s.lost},
];

export const push = scenario({
  name: 'push',
  about: 'pushes per second, what they cost, and how long they take, by each door of the API',
  options,
  run: runPush,
});

async function runPush(parameters: Parameters, comparison: Comparison): Promise<void> {
  const {users, seconds, rounds} = parameters;
  const progress = new Progress();
  const redis = parameters.redis === 1 ? await startRedis() : undefined;
  const grpcPort = await lastingPort();
  const nats = await startNats();
  if (nats === undefined)
    progress.settle('nats is left out: there is no nats-server; on Debian: apt-get install nats-server');
  const doors = doorNames.filter((name) => name !== 'nats' || nats !== undefined);
  const measurements = new Map(doors.map((name) => [name, new Measurement()]));
  let node: RunningNode | undefined;
  try {
    node = await startParleyNode({env: environment(grpcPort, redis?.url, nats?.address)});
    if (nats !== undefined) await whenListening(node);
    const listeners = await Listeners.connect(node, users);
    const addresses: DoorAddresses = {
      opsUrl: node.opsUrl,
      grpc: `127.0.0.1:${String(grpcPort)}`,
      nats: nats?.address,
      key: apiKey,
    };
    const turn = async (door: DoorName, turnSeconds: number, rate?: number): Promise<Turn> => {
      listeners.restart();
      const before = usageOf(node, redis);
      const pushed = await pushFromOutside({door, addresses, users, seconds: turnSeconds, rate});
      await listeners.until(pushed);
      const after = usageOf(node, redis);
      return {
        pushed,
        arrived: listeners.arrived,
        seconds: listeners.seconds,
        nodeMicros: after.node - before.node,
        redisMicros: after.redis - before.redis,
        percentile: (p) => listeners.latency.getValueAtPercentile(p) / 1_000,
      };
    };
    for (const door of doors) await turn(door, 1);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [door, measurement] of measurements) {
        progress.show(`${door}: round ${String(round)} of ${String(rounds)}`);
        const flatOut = await turn(door, seconds);
        const half = await turn(door, seconds, flatOut.arrived / flatOut.seconds / 2);
        measurement.add(flatOut, half);
        progress.settle(`${door}: round ${String(round)} of ${String(rounds)} done`);
      }
    }
  } finally {
    await node?.stop();
    await nats?.stop();
    await redis?.stop();
  }
  const subjects = Object.fromEntries([...measurements].map(([door, measurement]) => [door, measurement.subject]));
  const single = subjects['http']?.pushesPerSecond ?? Number.NaN;
  const overHttp = Object.fromEntries(
    Object.entries(subjects).map(([door, {pushesPerSecond}]) => [door, pushesPerSecond / single]),
  );
  const result: PushResult = {
    scenario: 'push',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: {},
    overHttp,
  };
  publishResult(
    result,
    {
      title: 'Pushes by every door',
      about: `${String(users)} connected users are pushed to in turn, ${redis ? 'with' : 'without'} a Redis; medians of ${String(rounds)} round(s) of ${String(seconds)} s as fast as it goes, and as long at half of that, warmed up for a second`,
      figures,
      phrase: () => '',
    },
    comparison,
  );
  for (const [door, ratio] of Object.entries(overHttp)) {
    if (door !== 'http') process.stdout.write(`${door}: ${ratio.toFixed(2)} × the pushes per second of http\n`);
  }
}

/** One turn of one door. */
interface Turn {
  readonly pushed: number;
  readonly arrived: number;
  readonly seconds: number;
  readonly nodeMicros: number;
  readonly redisMicros: number;
  readonly percentile: (p: number) => number;
}

class Measurement {
  readonly #rates: number[] = [];
  readonly #node: number[] = [];
  readonly #redis: number[] = [];
  readonly #latency: {readonly p50: number; readonly p95: number; readonly p99: number}[] = [];
  #lost = 0;

  add(flatOut: Turn, half: Turn): void {
    this.#rates.push(flatOut.arrived / flatOut.seconds);
    this.#node.push(flatOut.nodeMicros / flatOut.arrived);
    this.#redis.push(flatOut.redisMicros / flatOut.arrived);
    this.#latency.push({p50: half.percentile(50), p95: half.percentile(95), p99: half.percentile(99)});
    this.#lost += flatOut.pushed - flatOut.arrived + half.pushed - half.arrived;
  }

  get subject(): PushSubject {
    const of = (name: 'p50' | 'p95' | 'p99'): number => median(this.#latency.map((one) => one[name]));
    return {
      pushesPerSecond: median(this.#rates),
      cpuMicros: median(this.#node),
      redisMicros: median(this.#redis),
      halfLoadMs: {p50: of('p50'), p95: of('p95'), p99: of('p99')},
      lost: this.#lost,
    };
  }
}

const usageOf = (node: {pid: number} | undefined, redis: {pid: number} | undefined) => ({
  node: node === undefined ? 0 : processUsage(node.pid).cpuMicros,
  redis: redis === undefined ? 0 : processUsage(redis.pid).cpuMicros,
});

const environment = (
  grpcPort: number,
  redisUrl: string | undefined,
  nats: string | undefined,
): Readonly<Record<string, string>> => ({
  PARLEY_GRPC_PORT: String(grpcPort),
  // The rate of a key is not what is measured.
  PARLEY_API_REQUESTS_PER_SECOND: '1000000',
  ...(redisUrl !== undefined && {REDIS_URL: redisUrl}),
  ...(nats !== undefined && {PARLEY_NATS_URL: `nats://${nats}`}),
});
