import {SeededRandom} from '../chaos/seeded-random.js';
import {startNode} from '../start-node.js';
import {grpcIntruder, httpIntruder} from './api-intruders.js';

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
 * Asks a node for whatever its descriptions for HTTP and gRPC allow, and for what they nearly allow, and tells what should
 * not have happened: an answer without a code of the catalogue, one that is not as described, a defect, a node that is no more.
 */
export async function runApiFuzz({seed, inputs, say = () => undefined}: ApiFuzzOptions): Promise<ApiFuzzReport> {
  const violations: string[] = [];
  const outcomes = new Map<string, number>();
  const random = new SeededRandom(seed);
  await using node = await startNode({
    env: {PARLEY_GRPC_PORT: '0', PARLEY_API_REQUESTS_PER_SECOND: '1000000'},
  });
  using http = httpIntruder(node);
  using grpc = grpcIntruder(node);
  const doors = {HTTP: http, gRPC: grpc};
  let sent = 0;
  let shown = Date.now();
  const work = async (own: SeededRandom): Promise<void> => {
    while (sent < inputs && violations.length < mostViolations) {
      sent += 1;
      const door = own.pick(['HTTP', 'gRPC'] as const);
      const outcome = await doors[door].act(own);
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
