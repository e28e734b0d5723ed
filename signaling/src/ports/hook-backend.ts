import type {hook} from '@parley/protocol';

/** One question to the application's backend. */
export interface HookQuestion<H extends hook.HookName = hook.HookName> {
  readonly hook: H;
  /** Unique; a question that is put again has the same. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly data: hook.QuestionOf<H>;
}

/**
 * There is no answer. `away`: nobody is there, or says that it cannot answer now; asking others would end the same way.
 * `wrong`: something came that is no answer. The message is for operators.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly kind: 'away' | 'wrong';

  constructor(kind: 'away' | 'wrong', message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * The application's own backend, which may be asked whether something may happen.
 *
 * Guarantee: resolves with what was answered to this very question, as it came and unjudged: whether it is an answer is for the
 * asker to see. Rejects with `NoAnswer`, and at once when `signal` aborts. A question may reach the backend twice, never
 * another's answer the asker.
 */
export interface HookBackend {
  ask(question: HookQuestion, signal: AbortSignal): Promise<unknown>;
}
