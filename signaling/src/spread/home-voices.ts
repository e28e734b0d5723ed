import type {Hold, Source} from './crossings.js';

/** Brings voices to the node of the call, where who speaks is heard. */
export class HomeVoices {
  readonly #bring: (source: Source) => Promise<Hold | undefined>;
  readonly #holds = new WeakMap<Source, Hold>();

  /** @param bring makes it to be had there; undefined if it cannot be now: it is worth another try later. */
  constructor(bring: (source: Source) => Promise<Hold | undefined>) {
    this.#bring = bring;
  }

  /** Never rejects. */
  async listenTo(voice: Source): Promise<void> {
    if (this.#holds.get(voice)?.stands === true) return;
    const hold = await this.#bring(voice);
    if (hold !== undefined) this.#holds.set(voice, hold);
  }
}
