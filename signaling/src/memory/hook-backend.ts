import {NoAnswer, type HookBackend, type HookQuestion} from '../ports.js';

/** Says what is answered to a question; whoever throws has no answer to it. */
export type Decide = (question: HookQuestion) => unknown;

/** A backend that is a function of this process: for whoever embeds a node, and for tests. */
export class MemoryHookBackend implements HookBackend {
  readonly #decide: Decide;

  constructor(decide: Decide) {
    this.#decide = decide;
  }

  ask(question: HookQuestion, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(new NoAnswer('away', 'given up'));
      };
      if (signal.aborted) {
        giveUp();
        return;
      }
      signal.addEventListener('abort', giveUp, {once: true});
      // Not within the call, as nobody outside would answer.
      Promise.resolve()
        .then(() => this.#decide(question))
        .then(resolve, (thrown: unknown) => {
          reject(thrown instanceof NoAnswer ? thrown : new NoAnswer('wrong', String(thrown)));
        })
        .finally(() => {
          signal.removeEventListener('abort', giveUp);
        });
    });
  }
}
