import type {ActiveSpeakerObserver, AudioLevelObserver, Producer, Router} from 'mediasoup/types';
import {isGone, textOf} from './errors.js';
import type {MediaLogger} from './log.js';
import type {RoomEvent} from './room-events.js';

/** Between two looks at who speaks; a change takes a few of them. */
const speakerMs = 300;
/** Often enough for a frame around who speaks, seldom enough for a large room. */
const levelsMs = 300;
const mostLevels = 10;
/** In dBov: above the noise of a room, below quiet speech. */
const silenceBelow = -60;

/** Who of a room speaks, and how loudly. */
export class Voices {
  readonly #router: Router;
  readonly #speakers: ActiveSpeakerObserver;
  readonly #logger: MediaLogger;
  readonly #producers = new Set<Producer>();
  #tell: (event: RoomEvent) => void = () => undefined;
  #levels: Promise<AudioLevelObserver> | undefined;
  /** Who speaks, but that it is muted: the engine names somebody even where nobody has spoken yet. */
  #muted: Producer | undefined;
  #following = false;
  #heard = false;

  /** Rejects as the worker does. */
  static async create(router: Router, logger: MediaLogger): Promise<Voices> {
    return new Voices(router, await router.createActiveSpeakerObserver({interval: speakerMs}), logger);
  }

  private constructor(router: Router, speakers: ActiveSpeakerObserver, logger: MediaLogger) {
    this.#router = router;
    this.#speakers = speakers;
    this.#logger = logger;
    speakers.on('dominantspeaker', ({producer}) => {
      this.#muted = producer.paused ? producer : undefined;
      if (this.#muted === undefined) this.#tell({kind: 'speaker', producer: producer.id});
    });
  }

  /** Where the news go; to be called before there is a producer. */
  listen(tell: (event: RoomEvent) => void): void {
    this.#tell = tell;
  }

  /** Listens to it until it is closed. */
  add(producer: Producer): void {
    this.#producers.add(producer);
    producer.observer.once('close', () => this.#producers.delete(producer));
    producer.observer.on('resume', () => {
      // It does not name the same one again.
      if (this.#muted !== producer) return;
      this.#muted = undefined;
      this.#tell({kind: 'speaker', producer: producer.id});
    });
    this.#attempt(this.#speakers.addProducer({producerId: producer.id}));
    if (this.#levels !== undefined) this.#attempt(this.#measure(this.#levels, producer));
  }

  /** The observer is made when levels are wanted first, and rests while they are not. */
  follow(on: boolean): void {
    if (on === this.#following) return;
    this.#following = on;
    this.#heard = false;
    if (this.#levels === undefined) {
      const made = (this.#levels = this.#makeLevels());
      this.#attempt(Promise.all([...this.#producers].map((producer) => this.#measure(made, producer))));
    } else {
      this.#attempt(this.#levels.then((levels) => (on ? levels.resume() : levels.pause())));
    }
  }

  async #makeLevels(): Promise<AudioLevelObserver> {
    const levels = await this.#router.createAudioLevelObserver({
      maxEntries: mostLevels,
      threshold: silenceBelow,
      interval: levelsMs,
    });
    levels.on('volumes', (volumes) => {
      if (!this.#following) return;
      this.#heard = true;
      this.#tell({
        kind: 'levels',
        levels: volumes.map(({producer, volume}) => ({producer: producer.id, level: volume})),
      });
    });
    levels.on('silence', () => {
      if (!this.#following || !this.#heard) return;
      this.#heard = false;
      this.#tell({kind: 'levels', levels: []});
    });
    // Nobody may be following any more.
    if (!this.#following) await levels.pause();
    return levels;
  }

  async #measure(made: Promise<AudioLevelObserver>, {id}: Producer): Promise<void> {
    await (await made).addProducer({producerId: id});
  }

  /** Without it a call is poorer but goes on; what was closed meanwhile needs no observing. */
  #attempt(observing: Promise<unknown>): void {
    observing.catch((thrown: unknown) => {
      if (this.#router.closed || isGone(thrown)) return;
      this.#logger.warn({reason: textOf(thrown)}, 'a voice is not listened to');
    });
  }
}
