/** What one media object (room, producer, consumer) comes to take at least of a processor, once it is in use. */
const objectShare = 0.000_5;
/** What a peer that just came is taken to need, until what it does is measured. */
const peerShare = 0.02;
/** Peers that are expected of a call that just began. */
const peersPerCall = 3;
/** By then what was expected is measured. */
const settleMs = 15_000;
/** Of the newest measure in what stands: a second's burst is no load, and what lasts is known within four. */
const newest = 0.4;
/** Newcomers that are remembered singly; with more the worker is far from fit for another. */
const mostExpected = 1_000;

/**
 * How much of a processor a worker takes, 1 being all of one: a worker has one thread.
 *
 * What was placed on it lately is not to be measured yet, so it is reserved for, less and less, until it is. What is
 * there but at rest (muted, paused) has its place kept.
 */
export class WorkerLoad {
  #cpu = 0;
  #before: {readonly usedMs: number; readonly at: number} | undefined;
  #expected: {readonly peers: number; readonly at: number}[] = [];

  /** The worker has used so much processor time since it began. */
  measured(usedMs: number, at: number): void {
    const before = this.#before;
    this.#before = {usedMs, at};
    if (before === undefined || at <= before.at) return;
    const share = Math.max(0, usedMs - before.usedMs) / (at - before.at);
    this.#cpu += newest * (share - this.#cpu);
  }

  expectCall(at: number): void {
    this.#expect(peersPerCall, at);
  }

  expectPeer(at: number): void {
    this.#expect(1, at);
  }

  /** As measured, over the last seconds. */
  get cpu(): number {
    return this.#cpu;
  }

  /** With room for what is expected, and for the objects that are there. */
  at(now: number, objects: number): number {
    let reserved = 0;
    for (const {peers, at} of this.#expected) {
      const left = 1 - (now - at) / settleMs;
      if (left > 0) reserved += peers * peerShare * left;
    }
    return Math.max(this.#cpu, objects * objectShare) + reserved;
  }

  /** Another worker takes its place. */
  reset(): void {
    this.#cpu = 0;
    this.#before = undefined;
    this.#expected = [];
  }

  #expect(peers: number, at: number): void {
    this.#expected = this.#expected.filter((one) => at - one.at < settleMs);
    if (this.#expected.length < mostExpected) this.#expected.push({peers, at});
  }
}
