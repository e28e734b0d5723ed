import type {Histogram} from 'hdr-histogram-js';
import type {Gaps} from './gaps.js';
import {sentAtOf, ssrcOf} from './rtp-stream.js';

/** With which mediasoup sends packets of no track, to see what a path carries. */
const probationSsrc = 1_234;

/** What comes by one receiving transport. */
export class Ear {
  /** When each track was heard first, by `performance.now()` and SSRC. */
  readonly #firstAt = new Map<number, number>();
  #packets = 0;
  #onTrack: () => void = () => undefined;
  /** Of the packets from now on: from their making to here, in microseconds. */
  latency: Histogram | undefined;
  /** Of the packets from now on. */
  gaps: Gaps | undefined;

  readonly hear = (packet: Buffer): void => {
    const ssrc = ssrcOf(packet);
    if (ssrc === undefined || ssrc === probationSsrc) return;
    this.#packets += 1;
    const now = performance.now();
    this.latency?.recordValue(Math.max(1, Math.round((now - sentAtOf(packet)) * 1_000)));
    this.gaps?.take(ssrc, packet.readUInt16BE(2));
    if (this.#firstAt.has(ssrc)) return;
    this.#firstAt.set(ssrc, now);
    this.#onTrack();
  };

  /** RTP packets of all tracks together. */
  get packets(): number {
    return this.#packets;
  }

  get firstAt(): readonly number[] {
    return [...this.#firstAt.values()];
  }

  /** Resolves when so many tracks have been heard. */
  async untilTracks(count: number, withinMs = 30_000): Promise<void> {
    if (this.#firstAt.size >= count) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        const heard = String(this.#firstAt.size);
        reject(new Error(`Of ${String(count)} tracks ${heard} were heard within ${String(withinMs)} ms.`));
      }, withinMs);
      this.#onTrack = () => {
        if (this.#firstAt.size < count) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
