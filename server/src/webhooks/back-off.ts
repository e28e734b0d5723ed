const firstMs = 1_000;
const mostMs = 60_000;

/**
 * How long to wait before the next attempt: a second, then twice as long each time, a minute at most; of it a random half to
 * the whole, so that what failed together does not come back together. A receiver that names a time is given it.
 *
 * @param failures attempts that failed, 1 or more
 * @param askedMs what the receiver asked for by `Retry-After`
 * @param random from 0 to 1
 * @param mostAskedMs of what was asked for; a minute unless given
 */
export function backOffMs(failures: number, askedMs: number | undefined, random: number, mostAskedMs = mostMs): number {
  const fullMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 10));
  const ownMs = fullMs / 2 + (fullMs / 2) * random;
  return Math.max(ownMs, Math.min(askedMs ?? 0, mostAskedMs));
}
