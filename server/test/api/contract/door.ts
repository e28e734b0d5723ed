/** What a backend was told, in words that do not depend on the door. */
export type Told =
  {readonly ok: unknown} | {readonly code: string; readonly field?: string; readonly retryAfterMs?: number};

export type Fields = Readonly<Record<string, unknown>>;

/** What a watch was told up to now. */
export interface TestWatch {
  readonly told: Fields[];
  /** Why it ended: a refusal, or nothing if its reader or the house did. */
  readonly over: Promise<Told | undefined>;
  close(): void;
}

/** A way in: asks for a verb with its fields. */
export interface AskingDoor extends AsyncDisposable {
  readonly name: string;
  /** With so many bytes more, if there is a padding, at a place that says nothing. */
  ask(verb: string, fields: Fields, key?: string, padding?: number): Promise<Told>;
}

/** One by which everything can be asked for. */
export interface TestDoor extends AskingDoor {
  /** Opens a watch with these fields. */
  watch(fields: Fields, key?: string): TestWatch;
}
