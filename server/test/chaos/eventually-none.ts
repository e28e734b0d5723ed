import {setTimeout as pause} from 'node:timers/promises';
import type {Stage} from './carry-out.js';

const worthSayingMs = 2_000;

/** Waits until the list of what is not as it should be is empty; what is left then are violations. */
export async function eventuallyNone(
  what: string,
  withinMs: number,
  {ledger, chronicle}: Pick<Stage, 'ledger' | 'chronicle'>,
  find: () => Promise<string[]>,
): Promise<void> {
  const begun = performance.now();
  let waited: string | undefined;
  for (;;) {
    const left = await find().catch((error: unknown) => [String(error)]);
    const tookMs = performance.now() - begun;
    if (left.length === 0) {
      if (waited !== undefined && tookMs > worthSayingMs)
        chronicle.note(`${what}: ${(tookMs / 1_000).toFixed(1)} s, the last was ${waited}`);
      return;
    }
    waited = left.join('; ').slice(0, 120);
    if (tookMs > withinMs) {
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
