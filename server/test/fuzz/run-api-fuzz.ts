import {SeededRandom} from '../chaos/seeded-random.js';
import {natsBackend, whenNats} from '../api/nats-client.js';
import {startNats, withoutNats} from '../nats-server.js';
import {startNode} from '../start-node.js';
import {grpcIntruder, httpIntruder, type ApiIntruder} from './api-intruders.js';
import {natsIntruder} from './nats-intruder.js';

export interface ApiFuzzOptions {
  readonly seed: number;
  /** Requests. */
  readonly inputs: number;
  readonly say?: (line: string) => void;
}

export interface ApiFuzzReport {
  readonly violations: readonly string[];
  /** How often each verb had each outcome over each door, as `HTTP rooms.create ok`. */
  readonly outcomes: ReadonlyMap<string, number>;
}

const mostViolations = 20;
const underWay = 16;

/**
 * Asks a node for whatever its descriptions allow over HTTP and gRPC, and by NATS where there is a nats-server, and for what they nearly allow, and tells what should
 * not have happened: an answer without a code of the catalogue, one that is not as described, a defect, a node that is no more.
 */
export async function runApiFuzz({seed, inputs, say = () => undefined}: ApiFuzzOptions): Promise<ApiFuzzReport> {
  const violations: string[] = [];
  const outcomes = new Map<string, number>();
  const random = new SeededRandom(seed);
  await using nats = withoutNats === undefined ? await startNats() : undefined;
  await using node = await startNode({
    env: {PARLEY_GRPC_PORT: '0', PARLEY_API_REQUESTS_PER_SECOND: '1000000', PARLEY_NATS_URL: nats?.url},
  });
  await using backend = nats && (await natsBackend(nats.address));
  using http = httpIntruder(node);
  using grpc = grpcIntruder(node);
  const doors: (readonly [name: string, intruder: ApiIntruder])[] = [
    ['HTTP', http],
    ['gRPC', grpc],
  ];
  if (backend !== undefined) {
    await whenNats(true, node);
    doors.push(['NATS', natsIntruder(backend.connection, node.apiKey)]);
  }
  let sent = 0;
  let shown = Date.now();
  const work = async (own: SeededRandom): Promise<void> => {
    while (sent < inputs && violations.length < mostViolations) {
      sent += 1;
      const [door, intruder] = own.pick(doors);
      const outcome = await intruder.act(own);
      if ('violation' in outcome) {
        violations.push(`${door} ${outcome.verb}: ${outcome.violation}`);
        say(`violation: ${violations.at(-1) ?? ''}`);
        continue;
      }
      const key = `${door} ${outcome.verb} ${outcome.code}`;
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      if (Date.now() < shown + 2_000) continue;
      shown = Date.now();
      say(`${sent} of ${inputs} requests, ${violations.length} violations`);
    }
  };
  await Promise.all(Array.from({length: underWay}, () => work(random.fork())));
  const after = await fetch(`${node.opsUrl}/v1/info`, {headers: {authorization: `Bearer ${node.apiKey}`}});
  if (!after.ok) violations.push(`the node does not serve any more: ${after.status}`);
  return {violations, outcomes};
}
