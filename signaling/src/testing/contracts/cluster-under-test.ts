import {afterEach, vi} from 'vitest';
import type {Store, StoreOptions} from '../../ports.js';

/** A few nodes over one twin of the store, and the powers that a test needs over them. */
export interface ClusterUnderTest {
  readonly nodes: readonly Store[];
  /** One more node. */
  join(overrides?: Partial<StoreOptions>): Promise<Store>;
  /** Ends a node without a farewell. */
  kill(store: Store): Promise<void>;
  /** The nodes' clock. */
  now(): number;
  /** Lets time pass for the nodes and the store: by hand, or by waiting. */
  pass(ms: number): Promise<void>;
  /** Takes the store away or brings it back as it was; resolves when every node has noticed. */
  setAvailable(available: boolean): Promise<void>;
  close(): Promise<void>;
}

export type MakeCluster = (count: number, overrides?: Partial<StoreOptions>) => Promise<ClusterUnderTest>;

/** Times that are short enough to be waited for in reality. */
const brief = {
  resumeWindowMs: 1_000,
  idempotencyMs: 1_000,
  heartbeatMs: 100,
  nodeTimeoutMs: 1_000,
  leaseMs: 1_000,
} as const satisfies Partial<StoreOptions>;

/** Clusters of one suite; each is closed after its test. */
export function clusters(make: MakeCluster): MakeCluster {
  const made: ClusterUnderTest[] = [];
  afterEach(async () => {
    for (const cluster of made.splice(0)) await cluster.close();
  });
  return async (count, overrides = {}) => {
    const cluster = await make(count, {...brief, ...overrides});
    made.push(cluster);
    return cluster;
  };
}

/** Waits until the assertions hold; fails with theirs if they do not within 15 s. */
export async function eventually(assertions: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertions, {timeout: 15_000, interval: 5});
}

/** The n-th node of the cluster. */
export function nodeOf({nodes}: Pick<ClusterUnderTest, 'nodes'>, index: number): Store {
  const node = nodes[index];
  if (node === undefined) throw new Error(`There is no node ${index}.`);
  return node;
}
