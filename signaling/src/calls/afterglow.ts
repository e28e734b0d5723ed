import type {Clock, MediaEvent, MediaRoom, Timer} from '../ports.js';

/** How long peers have to take up the call where it went, before the media that they left ends. */
const glowMs = 8_000;

interface Glowing {
  readonly transports: Set<string>;
  readonly end: Timer;
}

/**
 * The media of calls that went to another node: it goes on until the last peer has turned away from it, so that nobody
 * has to be silent meanwhile. Nothing can be changed in it any more.
 */
export class Afterglow {
  readonly #clock: Clock;
  readonly #glowing = new Map<MediaRoom, Glowing>();
  readonly #onFaded: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(room: MediaRoom, transports: Iterable<string>): void {
    const end = this.#clock.after(glowMs, () => {
      this.#end(room);
    });
    this.#glowing.set(room, {transports: new Set(transports), end});
    this.#fadeIfLeft(room);
  }

  /** What becomes of media that may be glowing. */
  event(room: MediaRoom, event: MediaEvent): void {
    if (event.kind === 'lost') this.#end(room);
    if (event.kind !== 'transport' || event.state === 'connected' || event.state === 'disconnected') return;
    if (this.#glowing.get(room)?.transports.delete(event.transport) === true) this.#fadeIfLeft(room);
  }

  /** Resolves when none is left. */
  faded(): Promise<void> {
    if (this.#glowing.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onFaded.push(resolve));
  }

  close(): void {
    for (const room of [...this.#glowing.keys()]) this.#end(room);
  }

  #fadeIfLeft(room: MediaRoom): void {
    if (this.#glowing.get(room)?.transports.size === 0) this.#end(room);
  }

  #end(room: MediaRoom): void {
    const glowing = this.#glowing.get(room);
    if (glowing === undefined) return;
    this.#glowing.delete(room);
    glowing.end.cancel();
    room.close();
    if (this.#glowing.size > 0) return;
    for (const resolve of this.#onFaded.splice(0)) resolve();
  }
}
