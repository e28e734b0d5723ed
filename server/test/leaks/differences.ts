import {isDeepStrictEqual} from 'node:util';
import type {Holdings, Quick} from './holdings.js';

/** So many objects of a class may be left for other reasons, pools for instance, than that each repetition leaves one. */
const strayShare = 0.25;
const strayObjects = 25;
/** What everything is made of, V8's own caches too. */
const common = new Set(['Object', 'Array', 'Function', 'Promise', 'system / Context']);
const strayCommon = 250;
/** What compiled code, inline caches and rings of fixed size may add. */
const heapGrowthBytes = 8 * 1_048_576;
/** What an allocator keeps for next time; a call that leaked is about 100 KB. */
const workerGrowthBytes = 24 * 1_048_576;

const quick = ({workers, files, filesOfWorkers, resources}: Quick): Quick => ({
  workers,
  files,
  filesOfWorkers: [...filesOfWorkers].sort(),
  resources,
});

/** Whether what can be counted quickly is as it was. */
export const isSame = (base: Quick, now: Quick): boolean => isDeepStrictEqual(quick(base), quick(now));

/** What is held now and was not before, after so many repetitions, in words. */
export function differences(
  base: Holdings,
  now: Holdings,
  repetitions: number,
  survivors: readonly number[],
): string[] {
  const found: string[] = [];
  if (!isSame(base, now)) found.push(`${JSON.stringify(quick(now))} instead of ${JSON.stringify(quick(base))}`);
  for (const [name, count] of now.census) {
    const before = base.census.get(name) ?? 0;
    const strays = (common.has(name) ? strayCommon : strayObjects) + repetitions * strayShare;
    if (count - before > strays) found.push(`${count} objects ${name} instead of ${before}`);
  }
  if (now.heapBytes > base.heapBytes + heapGrowthBytes) {
    found.push(`a heap of ${megabytes(now.heapBytes)} MB instead of ${megabytes(base.heapBytes)}`);
  }
  for (const pid of survivors) {
    const [before = 0, after = 0] = [base.workerBytes.get(pid), now.workerBytes.get(pid)];
    if (after > before + workerGrowthBytes) {
      found.push(`a worker of ${megabytes(after)} MB instead of ${megabytes(before)}`);
    }
  }
  return found;
}

export const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
