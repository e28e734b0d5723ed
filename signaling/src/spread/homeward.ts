import type {MediaRecording, MediaRoom} from '../ports.js';
import type {Crossings, Hold, Source} from './crossings.js';
import {FarTracks} from './far-tracks.js';
import {hopeMs, type Home} from './home.js';
import type {Part} from './part.js';
import type {SecondTry} from './second-try.js';
import type {Whereabouts} from './whereabouts.js';

export interface HomewardOptions {
  readonly home: Pick<Home, 'part' | 'reached'>;
  readonly where: Pick<Whereabouts, 'voices' | 'findPublished'>;
  readonly crossings: Pick<Crossings, 'hold'>;
  readonly retry: Pick<SecondTry, 'soon'>;
}

/** Brings to the home of a call what is wanted there, wherever it comes in: voices, to be heard, and tracks, to be recorded. */
export class Homeward {
  readonly #options: HomewardOptions;
  readonly #voices = new WeakMap<Source, {readonly hold: Hold; readonly at: Part}>();
  #recording: FarTracks | undefined;

  constructor(options: HomewardOptions) {
    this.#options = options;
  }

  /** Until it ends. */
  listenTo(voice: Source): void {
    void this.#listenTo(voice);
  }

  /** Rejects as the home does, or if there is none for a while. */
  async record(...[wish, onEnded]: Parameters<MediaRoom['record']>): Promise<MediaRecording> {
    const {home, where} = this.#options;
    // Nobody waits for what goes on.
    const {media} = await home.reached(wish.continues && hopeMs);
    this.#recording = new FarTracks(await media.record(wish, onEnded), {
      find: (producer) => where.findPublished(producer)?.source,
      bring: (source) => this.#bring(source),
    });
    return this.#recording;
  }

  /** Brings again what does not come any more. */
  look(): void {
    for (const voice of this.#options.where.voices) this.listenTo(voice);
    this.#recording?.look();
  }

  async #listenTo(voice: Source): Promise<void> {
    const at = this.#options.home.part;
    const brought = this.#voices.get(voice);
    if (at === undefined || (brought?.at === at && brought.hold.stands)) return;
    const hold = await this.#bring(voice);
    if (hold !== undefined) this.#voices.set(voice, {hold, at});
  }

  /** Undefined if it cannot be had now: it is tried again. */
  async #bring(source: Source): Promise<Hold | undefined> {
    const {home, where, crossings, retry} = this.#options;
    try {
      return await crossings.hold(source, await home.reached());
    } catch {
      if (where.findPublished(source.id) !== undefined) retry.soon();
      return undefined;
    }
  }
}
