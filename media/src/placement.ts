/** A worker, as far as placing something on it goes. */
export interface Place {
  /** What it takes of a processor, with reservations. */
  readonly load: number;
}

/**
 * Below this a worker has room for whatever a call grows to within seconds, and it is not worth the pipes to part it.
 * In shares of a processor.
 */
const comfortable = 0.3;
/** Where a call is it stays unless another worker is less loaded by more than this factor. */
const worthIt = 1.1;

/**
 * Where a call begins, or a peer of a call goes that is on `own` places: to the one with most room, but that a call
 * stays together while it fits. Undefined if there is no place.
 */
export function place<T extends Place>(
  places: readonly T[],
  own: ReadonlySet<T> = new Set(),
  togetherBelow = comfortable,
): T | undefined {
  const anywhere = emptiest(places);
  const near = emptiest(places.filter((one) => own.has(one)));
  if (near === undefined || anywhere === undefined) return anywhere;
  const stays = near.load <= Math.max(togetherBelow, anywhere.load * worthIt);
  return stays ? near : anywhere;
}

function emptiest<T extends Place>(places: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const one of places) if (best === undefined || one.load < best.load) best = one;
  return best;
}
