import {ParleyError} from '@parley/protocol';
import type {Part} from './part.js';

/** What a part sends in 2 s, by which it can be told from RTCP that something should arrive at the other. */
const worthBytes = 1_500;

/** A pipe between two parts of a call, each on its own node, and how far it seems to carry. */
export class CrossingLink {
  readonly #ends: ReadonlyMap<Part, string>;
  /** Measures in a row at which the part sent and nothing arrived. */
  readonly #unheard = new Map<Part, number>();

  /** Rejects as the parts do; nothing is left then. */
  static async open(one: Part, other: Part): Promise<CrossingLink> {
    const opened = await Promise.allSettled([one.media.openPipe(), other.media.openPipe()]);
    const [near, far] = opened;
    try {
      if (near.status === 'rejected') throw near.reason;
      if (far.status === 'rejected') throw far.reason;
      await Promise.all([
        one.media.connectPipe(near.value.pipe, far.value.at),
        other.media.connectPipe(far.value.pipe, near.value.at),
      ]);
      return new CrossingLink(
        new Map([
          [one, near.value.pipe],
          [other, far.value.pipe],
        ]),
      );
    } catch (thrown) {
      if (near.status === 'fulfilled') one.media.closePipe(near.value.pipe);
      if (far.status === 'fulfilled') other.media.closePipe(far.value.pipe);
      throw thrown;
    }
  }

  private constructor(ends: ReadonlyMap<Part, string>) {
    this.#ends = ends;
  }

  get parts(): Iterable<Part> {
    return this.#ends.keys();
  }

  endAt(part: Part): string {
    const pipe = this.#ends.get(part);
    if (pipe === undefined) throw new ParleyError('unknown_media');
    return pipe;
  }

  hasEnd(part: Part, pipe: string): boolean {
    return this.#ends.get(part) === pipe;
  }

  /** What one end carried lately. The most measures in a row for which what was sent did not arrive. */
  measured(at: Part, {receivedBytes, sentBytes}: {receivedBytes: number; sentBytes: number}): number {
    for (const part of this.#ends.keys()) {
      if (part === at) {
        if (sentBytes >= worthBytes) this.#unheard.set(part, (this.#unheard.get(part) ?? 0) + 1);
      } else if (receivedBytes > 0) this.#unheard.set(part, 0);
    }
    return Math.max(0, ...this.#unheard.values());
  }

  close(): void {
    for (const [{media}, pipe] of this.#ends) media.closePipe(pipe);
  }
}
