import {signal, type ReadonlySignal} from '@preact/signals';

const everyMs = 150;
/** A ring that went out between two words would flicker. */
const holdMs = 600;
/** Root mean square of samples between -1 and 1: above room noise, below quiet speech. */
const threshold = 0.02;

/** One for all tracks: browsers allow a page only a few. */
let shared: AudioContext | undefined;

/** Tells whether somebody speaks on a track. Ends with `close`. */
export class Loudness {
  readonly #speaking = signal(false);
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #source: MediaStreamAudioSourceNode;
  #loudAt = -Infinity;

  constructor(track: MediaStreamTrack) {
    shared ??= new AudioContext();
    const analyser = shared.createAnalyser();
    analyser.fftSize = 512;
    this.#source = shared.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      if (Math.sqrt(power) > threshold) this.#loudAt = performance.now();
      this.#speaking.value = performance.now() - this.#loudAt < holdMs;
    }, everyMs);
  }

  get speaking(): ReadonlySignal<boolean> {
    return this.#speaking;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source.disconnect();
  }
}
