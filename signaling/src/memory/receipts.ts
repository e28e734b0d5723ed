import type {ClaimOutcome, Clock, Receipts} from '../ports.js';
import {KeyMemory} from './key-memory.js';
import type {Link} from './link.js';

const claimMs = 30_000;

/** Claims and settled receipts, shared by all nodes. */
export class ReceiptTable {
  readonly claims = new KeyMemory<{readonly node: string}>(claimMs);
  readonly settled: KeyMemory<string>;

  constructor(keepMs: number) {
    this.settled = new KeyMemory(keepMs);
  }

  sweep(now: number): void {
    this.claims.forgetExpired(now);
    this.settled.forgetExpired(now);
  }
}

/** A node's view of the receipts. */
export class MemoryReceipts implements Receipts {
  readonly #link: Link;
  readonly #table: ReceiptTable;
  readonly #clock: Clock;

  constructor(link: Link, table: ReceiptTable, clock: Clock) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
  }

  claim(key: string): Promise<ClaimOutcome> {
    return this.#link.act((): ClaimOutcome => {
      const now = this.#clock.now();
      const receipt = this.#table.settled.get(key, now);
      if (receipt !== undefined) return {state: 'settled', receipt};
      if (this.#table.claims.get(key, now) !== undefined) return {state: 'pending'};
      this.#table.claims.set(key, {node: this.#link.node}, now);
      return {state: 'claimed'};
    });
  }

  settle(key: string, receipt: string): Promise<void> {
    return this.#link.act(() => {
      const now = this.#clock.now();
      if (!this.#mayAct(key, now)) return;
      this.#table.settled.set(key, receipt, now);
      this.#table.claims.delete(key);
    });
  }

  release(key: string): Promise<void> {
    return this.#link.act(() => {
      if (this.#mayAct(key, this.#clock.now())) this.#table.claims.delete(key);
    });
  }

  /** A claim that lapsed may still be settled, unless another took it or settled it meanwhile. */
  #mayAct(key: string, now: number): boolean {
    const holder = this.#table.claims.get(key, now)?.node;
    return (holder ?? this.#link.node) === this.#link.node && this.#table.settled.get(key, now) === undefined;
  }
}
