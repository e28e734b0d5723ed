import {isGone, MediaError, textOf} from './errors.js';

/** What a request is asked of. */
export interface Alive {
  readonly closed: boolean;
}

/**
 * Asks the engine. Anything that it says no to was refused, unless what it was asked of is gone meanwhile; what is gone
 * when it said yes is as unknown.
 */
export async function ask<T>(request: () => Promise<T>, ...of: readonly Alive[]): Promise<T> {
  const gone = (): boolean => of.some(({closed}) => closed);
  let answer: T;
  try {
    if (gone()) throw new MediaError('unknown', 'It was closed.');
    answer = await request();
  } catch (cause) {
    if (gone() || isGone(cause)) throw new MediaError('unknown', 'It was closed meanwhile.', {cause});
    if (cause instanceof MediaError) throw cause;
    throw new MediaError('refused', textOf(cause), {cause});
  }
  if (gone()) throw new MediaError('unknown', 'It was closed meanwhile.');
  return answer;
}
