import {setTimeout as pause} from 'node:timers/promises';
import type {Stage} from './carry-out.js';

/** Waits until the list of what is not as it should be is empty; what is left then are violations. */
export async function eventuallyNone(
  what: string,
  withinMs: number,
  {ledger}: Pick<Stage, 'ledger'>,
  find: () => Promise<string[]>,
): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    const left = await find().catch((error: unknown) => [String(error)]);
    if (left.length === 0) return;
    if (performance.now() > until) {
      for (const one of left) ledger.violation(`${what}: ${one}`, aboutWhom(one));
      return;
    }
    await pause(100);
  }
}

/** Those that begin with a client's name concern it. */
const aboutWhom = (text: string): {who?: string} => {
  const [who] = /^c\d+(?:_\d+)?(?= )/.exec(text) ?? [];
  return who === undefined ? {} : {who};
};
