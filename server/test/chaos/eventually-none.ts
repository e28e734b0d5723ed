import {setTimeout as pause} from 'node:timers/promises';
import type {Stage} from './carry-out.js';

const worthSayingMs = 2_000;
/** A machine that stands still for longer than this, compared with the bound, is not worth waiting for. */
const mostStretch = 6;

/**
 * Waits until the list of what is not as it should be is empty; what is left then are violations. The bound is on what the cluster
 * takes: time in which the machine had no core for it does not count.
 */
export async function eventuallyNone(
  what: string,
  withinMs: number,
  {ledger, chronicle, stalls}: Pick<Stage, 'ledger' | 'chronicle' | 'stalls'>,
  find: () => Promise<string[]>,
): Promise<void> {
  const elapsed = stalls.begin();
  let waited: string | undefined;
  for (;;) {
    const left = await find().catch((error: unknown) => [String(error)]);
    const {tookMs, calmMs} = elapsed();
    if (left.length === 0) {
      if (waited !== undefined && tookMs > worthSayingMs)
        chronicle.note(`${what}: ${seconds(tookMs)}, ${seconds(calmMs)} without stalls, the last was ${waited}`);
      return;
    }
    waited = left.join('; ').slice(0, 120);
    if (calmMs > withinMs || tookMs > withinMs * mostStretch) {
      for (const one of left) ledger.violation(`${what}: ${one}`, aboutWhom(one));
      return;
    }
    await pause(100);
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Those that begin with a client's name concern it. */
const aboutWhom = (text: string): {who?: string} => {
  const [who] = /^c\d+(?:_\d+)?(?= )/.exec(text) ?? [];
  return who === undefined ? {} : {who};
};
