/** Why a lease is lost: it was not renewed in its time, the store has it no longer, or its node was taken for dead. */
export type LeaseLoss = 'expired' | 'taken' | 'declared_dead';

/** Monitoring of the shared store: told what happened, never asked, never able to change it. None of these throws. */
export interface StoreObserver {
  /** A connection to a server was lost; `server` is `host:port`. */
  lost(line: 'commands' | 'subscriptions', server: string): void;
  /** It is there (again), and what was missed is being looked for. */
  back(line: 'commands' | 'subscriptions', server: string): void;
  /** A server took the place of another, or of itself before a restart. */
  succeeded(server: string): void;
  /** Events that were missed were read from a room's log. */
  repaired(events: number): void;
  /** The store turned out to have lost events that it had acknowledged: every room begins another epoch. */
  lostEvents(): void;
  /** Revocations that this node knew of were not in the store any more, and are again. */
  revocationsRestored(count: number): void;
  /** Revocations that only the store remembers from now on, because this node knows of so many. */
  revocationsGivenUp(count: number): void;
  /** A request to another node was sent again, because no answer had come. */
  requestRepeated(): void;
  /** This node holds a lease no longer and would have: somebody else may, what it ran by it ends. */
  leaseLost(name: string, how: LeaseLoss): void;
}

export const silentObserver: StoreObserver = {
  lost: () => undefined,
  back: () => undefined,
  succeeded: () => undefined,
  repaired: () => undefined,
  lostEvents: () => undefined,
  revocationsRestored: () => undefined,
  revocationsGivenUp: () => undefined,
  requestRepeated: () => undefined,
  leaseLost: () => undefined,
};
