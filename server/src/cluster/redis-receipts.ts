import type {ClaimOutcome, Receipts} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {text} from './replies.js';

const claimMs = 30_000;
const settled = 'settled ';

export interface RedisReceiptsOptions {
  readonly node: string;
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly keepMs: number;
}

/** Claims and settled receipts in Redis, one expiring key each. */
export class RedisReceipts implements Receipts {
  readonly #options: RedisReceiptsOptions;

  constructor(options: RedisReceiptsOptions) {
    this.#options = options;
  }

  async claim(key: string): Promise<ClaimOutcome> {
    const {node, line, keys} = this.#options;
    const known = await line.run('claim-receipt', [keys.receipt(key)], [node, claimMs]);
    if (known === null) return {state: 'claimed'};
    const value = text(known);
    return value.startsWith(settled) ? {state: 'settled', receipt: value.slice(settled.length)} : {state: 'pending'};
  }

  settle(key: string, receipt: string): Promise<void> {
    return this.#endClaim(key, this.#options.keepMs, receipt);
  }

  release(key: string): Promise<void> {
    return this.#endClaim(key, 0, '');
  }

  async #endClaim(key: string, keepMs: number, receipt: string): Promise<void> {
    const {node, line, keys} = this.#options;
    await line.run('settle-receipt', [keys.receipt(key)], [node, keepMs, receipt]);
  }
}
