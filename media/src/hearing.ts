import {isGone, textOf} from './errors.js';
import type {MediaLogger} from './log.js';
import type {Pipes, Source} from './pipes.js';
import type {RoomListener} from './room-events.js';
import type {Section} from './section.js';
import {Voices} from './voices.js';

/**
 * Who of a room speaks, on whichever worker: observers hear only what is in their own router, so all voices are piped to
 * one. They mostly are anyway, for whoever listens there.
 */
export class Hearing {
  readonly #pipes: Pipes;
  readonly #logger: MediaLogger;
  readonly #tell: RoomListener;
  readonly #sources = new Set<Source>();
  #at: {readonly section: Section; readonly voices: Promise<Voices>} | undefined;
  #following = false;

  constructor(pipes: Pipes, logger: MediaLogger, tell: RoomListener) {
    this.#pipes = pipes;
    this.#logger = logger;
    this.#tell = tell;
  }

  /** Where it listens from now on. Rejects as the worker does. */
  async listenAt(section: Section): Promise<void> {
    if (this.#at?.section === section) return;
    const at = {section, voices: Voices.create(section.router, this.#logger)};
    this.#at = at;
    const voices = await at.voices;
    if (this.#at !== at) return;
    voices.listen(this.#tell);
    voices.follow(this.#following);
    for (const source of this.#sources) this.#hear(source);
  }

  /** Listens to it until it is closed. */
  add(source: Source): void {
    this.#sources.add(source);
    source.producer.observer.once('close', () => this.#sources.delete(source));
    this.#hear(source);
  }

  follow(on: boolean): void {
    this.#following = on;
    this.#attempt(
      this.#at?.voices.then((voices) => {
        voices.follow(this.#following);
      }),
    );
  }

  #hear(source: Source): void {
    const at = this.#at;
    if (at === undefined) return;
    const hearing = async (): Promise<void> => {
      const [voices, held] = await Promise.all([at.voices, this.#pipes.hold(source, at.section)]);
      source.producer.observer.once('close', held.release);
      voices.add(held.producer);
    };
    this.#attempt(source.producer.closed || at.section.closed ? undefined : hearing());
  }

  /** Without it a call is poorer but goes on; what was closed meanwhile needs no hearing. */
  #attempt(hearing: Promise<void> | undefined): void {
    hearing?.catch((thrown: unknown) => {
      if (this.#at?.section.closed === false && !isGone(thrown)) {
        this.#logger.warn({reason: textOf(thrown)}, 'a voice is not listened to');
      }
    });
  }
}
