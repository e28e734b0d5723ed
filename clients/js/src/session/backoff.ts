const firstMs = 300;
const longestMs = 10_000;

/**
 * How long to wait before an attempt: the first one follows at once, later ones after a time that doubles up to 10 s.
 * Up to half of it is left to chance, so that the clients of a node that died do not all come back together.
 *
 * @param failures Failed attempts and short-lived connections in a row, this one included.
 * @param fraction At least 0, below 1.
 */
export function backoffMs(failures: number, fraction: number): number {
  if (failures <= 1) return 0;
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 2, 10));
  return Math.round(full * (1 - fraction / 2));
}
