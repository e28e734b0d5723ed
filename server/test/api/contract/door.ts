/** What a backend was told, in words that do not depend on the door. */
export type Told =
  {readonly ok: unknown} | {readonly code: string; readonly field?: string; readonly retryAfterMs?: number};

export type Fields = Readonly<Record<string, unknown>>;

/** A way in: asks for a verb with its fields. */
export interface TestDoor extends AsyncDisposable {
  readonly name: string;
  ask(verb: string, fields: Fields, key?: string): Promise<Told>;
}
