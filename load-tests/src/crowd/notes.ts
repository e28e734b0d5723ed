import {build, type Histogram} from 'hdr-histogram-js';

/** Milliseconds up to ten minutes, to three digits. */
export const millisHistogram = (): Histogram =>
  build({lowestDiscernibleValue: 1, highestTrackableValue: 600_000, numberOfSignificantValueDigits: 3});

/** The part of a run in which something was seen; the parent says when the next begins. */
export type Phase = 'calm' | 'trouble';

/** Width of the columns in which returns are counted, in milliseconds. */
export const columnMs = 250;

/** What the clients of one process noticed besides their journals. */
export class Notes {
  phase: Phase = 'calm';
  /** From a client's first attempt to come back to its having everything up to the head that it was told. */
  readonly back = millisHistogram();
  /** From the loss of its connection to the same moment. */
  readonly gone = millisHistogram();
  /** From the moment for which a draining node told a client to come back to `session.ready`. */
  readonly late = millisHistogram();
  /** From writing to delivery, of clients that kept their connection throughout the phase; milliseconds. */
  readonly latency: Readonly<Record<Phase, Histogram>> = {calm: millisHistogram(), trouble: millisHistogram()};
  /** Refused handshakes by code. */
  readonly refused: Record<string, number> = {};
  /** Sessions that could not be resumed: the client began another one. */
  anew = 0;
  /** Clients that were told not to come back. */
  sentAway = 0;
  /** Handshakes that came to a session, by node and {@link columnMs} of the wall clock. */
  readonly taken = new Map<string, number>();
  /** When clients of draining nodes were told to come back, by columns of the wall clock. */
  readonly announced = new Map<number, number>();

  refusedWith(code: string): void {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
  }

  takenBy(node: number): void {
    count(this.taken, `${String(node)} ${String(Math.floor(Date.now() / columnMs))}`);
  }

  announcedFor(at: number): void {
    count(this.announced, Math.floor(at / columnMs));
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
