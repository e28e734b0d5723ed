/** What was answered under which idempotency key, for a fixed time. */
export class KeyMemory<Answer> {
  readonly #keepMs: number;
  /** In the order of their expiry, because all are kept equally long. */
  readonly #answers = new Map<string, {readonly answer: Answer; readonly expiresAt: number}>();

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get(key: string, now: number): Answer | undefined {
    const known = this.#answers.get(key);
    return known !== undefined && known.expiresAt > now ? known.answer : undefined;
  }

  set(key: string, answer: Answer, now: number): void {
    this.forgetExpired(now);
    this.#answers.delete(key);
    this.#answers.set(key, {answer, expiresAt: now + this.#keepMs});
  }

  delete(key: string): void {
    this.#answers.delete(key);
  }

  forgetExpired(now: number): void {
    for (const [key, {expiresAt}] of this.#answers) {
      if (expiresAt > now) return;
      this.#answers.delete(key);
    }
  }
}
