/** Where a verb is found, and what may be done if nobody knows whether it was done. */
export interface Place {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1`; names with a colon are fields of the request. */
  readonly path: string;
  readonly service: string;
  readonly rpc: string;
  /**
   * - `safely`: twice comes to the same as once.
   * - `by-key`: the request has an idempotency key, `key`.
   * - `if-refused`: only what was certainly not done may be asked for again.
   */
  readonly repeat: 'safely' | 'by-key' | 'if-refused';
  /** There is nothing to say but that it is done. */
  readonly empty: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
