/** A node as the others see it. */
export interface NodeInfo {
  readonly node: string;
  /** Whether it has a media worker. */
  readonly media: boolean;
  /** Whether clients connect to it. */
  readonly clients: boolean;
  readonly startedAt: number;
}

export interface CallOptions {
  readonly deadlineMs?: number;
}

/**
 * Words between nodes.
 *
 * Guarantee: messages from one node to another arrive in order, at most once. `request` resolves with the handler's
 * answer, or rejects: with the handler's ParleyError, with `unavailable` if the target is known to be gone or becomes so
 * meanwhile, with `timeout` after the deadline (default 5 s); then the outcome is unknown. A request that is not
 * answered is repeated until its deadline, and carried out once: a repeat gets the first answer. Requests to this
 * node itself take the same way without leaving the process. All payloads are JSON.
 */
export interface NodeBus {
  readonly node: string;
  request(node: string, method: string, params: unknown, options?: CallOptions): Promise<unknown>;
  /** One way, to one node. */
  send(node: string, topic: string, payload: unknown): void;
  /** One way, to every node, this one included. */
  broadcast(topic: string, payload: unknown): void;
  handle(method: string, handler: (params: unknown, from: string) => Promise<unknown>): void;
  on(topic: string, listener: (payload: unknown, from: string) => void): void;
  /** Live nodes, this one included; as of at most one heartbeat ago. */
  nodes(): readonly NodeInfo[];
  /** Called once for each node that is found dead or that said farewell. */
  onNodeGone(listener: (node: string) => void): void;
}

/**
 * Exclusive, expiring ownership of a name in the cluster.
 *
 * Guarantee: at no time do two nodes both hold a lease whose `lost` is not aborted, provided their clocks run at about
 * the same speed: a holder that cannot renew aborts `lost` before the lease can pass to another. `fence` rises with
 * every change of hands, so that a store can refuse an older holder's late writes.
 */
export interface Leases {
  /** The lease, or who holds it. */
  acquire(name: string): Promise<Lease | {readonly heldBy: string}>;
  holder(name: string): Promise<string | undefined>;
}

export interface Lease {
  readonly name: string;
  readonly fence: number;
  readonly lost: AbortSignal;
  release(): Promise<void>;
  /**
   * Gives it to another node, which is its holder from then on for everybody who asks, and takes it up by `acquire`; if it
   * has not done so within a lease's time the name is free. At no moment in between can a third node take it.
   */
  pass(to: string): Promise<void>;
}
