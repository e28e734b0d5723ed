import {ParleyError} from '@parley/protocol';
import type {Clock, MediaRecording, MediaRoom} from '../ports.js';
import type {CallProducer, CallState} from './call-state.js';

export interface RecordingOptions {
  readonly state: CallState;
  readonly media: MediaRoom;
  readonly clock: Clock;
  /** It began, or ended: everybody in the call is to be told. */
  readonly onChange: () => void;
  readonly onDefect: (error: unknown) => void;
}

/**
 * Whether the call is recorded. It is with all that is published while it is, until somebody stops it, it cannot go on, or
 * the call's media ends: a call that is rebuilt is not recorded on.
 */
export class Recording {
  readonly #options: RecordingOptions;
  #running: {readonly since: number; readonly files: MediaRecording} | undefined;
  #closed = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /** Since when it is recorded; undefined while it is not. */
  get since(): number | undefined {
    return this.#running?.since;
  }

  /** Rejects with `recording_unavailable` if it cannot be, saying why. */
  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const {state, media, clock, onChange} = this.#options;
    const files = await media.record(() => {
      if (this.#running?.files !== files) return;
      this.#running = undefined;
      onChange();
    });
    // The call ended meanwhile.
    if (this.#closed) {
      this.#finish(files);
      throw new ParleyError('not_in_call');
    }
    this.#running = {since: clock.now(), files};
    // Nothing is recorded before people know.
    onChange();
    for (const producer of state.producers.values()) this.published(producer);
  }

  /** Everybody is told at once; the files are finished soon. */
  stop(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#finish(running.files);
    this.#options.onChange();
  }

  published({id, kind, source, peer}: CallProducer): void {
    const {session, user, name} = peer;
    this.#running?.files.add({producer: id, kind, source, peer: session, user, name});
  }

  /** The call is over. */
  close(): void {
    this.#closed = true;
    if (this.#running !== undefined) this.#finish(this.#running.files);
    this.#running = undefined;
  }

  #finish(files: MediaRecording): void {
    files.stop().catch((error: unknown) => {
      this.#options.onDefect(error);
    });
  }
}
