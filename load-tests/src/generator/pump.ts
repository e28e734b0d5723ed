import {encodeIntoCompressedBase64, type Histogram} from 'hdr-histogram-js';
import type {Link} from './link.js';
import type {PumpOrder, Pumped} from './pump-messages.js';
import {compose, latencyHistogram, Tally, type Counts} from './tally.js';

/** How long after the last message is sent the rest of them may arrive. */
const lateAfterMs = 5_000;

/** Refilled once this part of the window is free, so that messages leave in batches as they do from many clients. */
const refill = 1 / 8;

/** One publisher and one receiver of a room, each on a node of its own. */
interface Lane {
  readonly room: string;
  readonly link: Link;
  tally: Tally;
  sent: number;
  /** Of `sent`, those before the present run. */
  before: number;
}

/**
 * Keeps a window of messages on their way from publisher to receiver: the next leave when those before have arrived, and
 * have been answered if answers are asked for. So every server is driven as fast as it goes, and none faster.
 */
export class Pump {
  readonly #lanes: Lane[] = [];
  #latency: Histogram = latencyHistogram();
  #accepted = 0;
  #refused = 0;
  #answered = 0;
  #onTurn: () => void = () => undefined;

  add(room: string, link: Link): (frame: string) => void {
    const lane: Lane = {room, link, tally: new Tally(this.#latency), sent: 0, before: 0};
    this.#lanes.push(lane);
    return (frame) => {
      lane.tally.take(frame);
      this.#onTurn();
    };
  }

  get received(): number {
    return this.#counts.received;
  }

  async run({window, bytes, ms, acknowledged}: PumpOrder & {kind: 'pump'}): Promise<Pumped> {
    this.#begin();
    const begunAt = performance.now();
    const sending = (): boolean => performance.now() - begunAt < ms;
    let endedAt = begunAt;
    await new Promise<void>((resolve) => {
      let due = false;
      const turn = (): void => {
        due = false;
        if (sending()) for (const lane of this.#lanes) this.#fill(lane, {window, bytes, acknowledged});
        else if (this.#settled(acknowledged)) finish();
      };
      const finish = (): void => {
        this.#onTurn = () => undefined;
        clearInterval(watch);
        endedAt = performance.now();
        resolve();
      };
      this.#onTurn = () => {
        if (due) return;
        due = true;
        setImmediate(turn);
      };
      // Also what is lost must come to an end.
      const watch = setInterval(() => {
        this.#onTurn();
        if (performance.now() - begunAt > ms + lateAfterMs) finish();
      }, 20);
      turn();
    });
    return {
      sent: this.#sent,
      counts: this.#counts,
      accepted: this.#accepted,
      refused: this.#refused,
      ms: endedAt - begunAt,
      latency: encodeIntoCompressedBase64(this.#latency),
    };
  }

  #begin(): void {
    this.#latency = latencyHistogram();
    [this.#accepted, this.#refused, this.#answered] = [0, 0, 0];
    for (const lane of this.#lanes) {
      lane.tally = new Tally(this.#latency);
      lane.tally.from = lane.sent + 1;
      lane.before = lane.sent;
    }
  }

  #fill(lane: Lane, {window, bytes, acknowledged}: {window: number; bytes: number; acknowledged: boolean}): void {
    const arrived = lane.before + lane.tally.counts.received;
    const done = acknowledged ? Math.min(arrived, this.#answeredOf(lane)) : arrived;
    const free = window - (lane.sent - done);
    if (free < Math.max(1, window * refill)) return;
    lane.link.together(() => {
      for (let n = 0; n < free; n += 1) {
        lane.sent += 1;
        const id = `m${String(lane.sent)}`;
        lane.link.publish(lane.room, id, compose(lane.sent, bytes), acknowledged ? this.#onAnswer : undefined);
      }
    });
  }

  /** Answers are counted for all lanes together: each is taken to have its share of those that are missing. */
  #answeredOf(lane: Lane): number {
    return lane.sent - Math.ceil((this.#sent - this.#answered) / this.#lanes.length);
  }

  readonly #onAnswer = (frame: string): void => {
    this.#answered += 1;
    if (frame.includes('"ok":true')) this.#accepted += 1;
    else this.#refused += 1;
    this.#onTurn();
  };

  #settled(acknowledged: boolean): boolean {
    return this.#counts.received >= this.#sent && (!acknowledged || this.#answered >= this.#sent);
  }

  get #sent(): number {
    return this.#lanes.reduce((sum, {sent, before}) => sum + sent - before, 0);
  }

  get #counts(): Counts {
    const sum = {received: 0, duplicates: 0, disordered: 0};
    for (const {tally} of this.#lanes) {
      sum.received += tally.counts.received;
      sum.duplicates += tally.counts.duplicates;
      sum.disordered += tally.counts.disordered;
    }
    return sum;
  }
}
