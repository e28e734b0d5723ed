import type {chat, PayloadOf, push, room} from '@parley/protocol';

/**
 * What a room's log looks like to this tab: a window of stored events in one order, and the places where continuity
 * was broken. Values, never changed in place.
 */
export type Stored =
  | {readonly kind: 'message'; readonly event: PayloadOf<typeof chat.message>}
  | {readonly kind: 'member'; readonly event: PayloadOf<typeof room.member>}
  | {readonly kind: 'settings'; readonly event: PayloadOf<typeof room.updated>}
  | {readonly kind: 'push'; readonly event: PayloadOf<typeof push.stored>};

/** Events between `after` and `until` of an epoch may be missing here. */
export interface Gap {
  readonly epoch: string;
  readonly after: number;
  readonly until: number;
  /** False once the log was asked for everything that it still holds. */
  readonly loadable: boolean;
}

export interface Timeline {
  /** Incarnations of the log, oldest first. An event's place is its epoch's index here, then its offset. */
  readonly epochs: readonly string[];
  readonly stored: readonly Stored[];
  readonly gaps: readonly Gap[];
  /** The log holds nothing older than the first stored event. */
  readonly complete: boolean;
}

export const emptyTimeline: Timeline = {epochs: [], stored: [], gaps: [], complete: false};

/** Events kept per room; the oldest go first and can be loaded again. */
const capacity = 2_000;

/** Adds events as they happen. */
export function append(timeline: Timeline, event: Stored): Timeline {
  const merged = merge(timeline, [event]);
  if (merged.stored.length <= capacity) return merged;
  return {...merged, stored: merged.stored.slice(-capacity), complete: false};
}

/** Adds a page of history. `more` says whether the log holds events before it. */
export function prepend(timeline: Timeline, page: readonly Stored[], more: boolean): Timeline {
  return {...merge(timeline, page), complete: !more};
}

/** Continuity was broken: the room goes on after `head` of `epoch`. */
export function breakAt(timeline: Timeline, epoch: string, head: number): Timeline {
  const last = timeline.stored.at(-1)?.event;
  const after = last?.epoch === epoch ? last.offset : 0;
  if (head <= after) return {...timeline, epochs: withEpoch(timeline.epochs, epoch)};
  const gap: Gap = {epoch, after, until: head, loadable: true};
  return {...timeline, epochs: withEpoch(timeline.epochs, epoch), gaps: [...timeline.gaps, gap]};
}

/** Adds a page loaded into a gap, read backwards from its end. The gap shrinks, and closes if it was filled. */
export function fill(timeline: Timeline, gap: Gap, page: readonly Stored[], more: boolean): Timeline {
  const inside = page.filter(({event}) => event.epoch === gap.epoch && event.offset > gap.after);
  const until = (inside[0]?.event.offset ?? gap.until + 1) - 1;
  const left: Gap = {...gap, until, loadable: more && until > gap.after};
  // After the log was lost the end of its last incarnation stays unknown, however much of the new one is loaded.
  const lost = timeline.epochs.indexOf(gap.epoch) > 0 && gap.after === 0;
  const gaps = timeline.gaps.flatMap((one) => (one !== gap ? [one] : until > gap.after || lost ? [left] : []));
  return {...merge(timeline, inside), gaps};
}

function merge(timeline: Timeline, events: readonly Stored[]): Timeline {
  const epochs = events.reduce((known, {event}) => withEpoch(known, event.epoch), timeline.epochs);
  const stored = [...timeline.stored];
  for (const one of events) {
    // Nearly everything arrives at one of the two ends; searching from the newer one is cheap for both.
    let index = stored.length;
    while (index > 0 && compare(epochs, stored[index - 1], one) > 0) index--;
    if (index > 0 && compare(epochs, stored[index - 1], one) === 0) continue;
    stored.splice(index, 0, one);
  }
  return {...timeline, epochs, stored};
}

const withEpoch = (epochs: readonly string[], epoch: string): readonly string[] =>
  epochs.includes(epoch) ? epochs : [...epochs, epoch];

function compare(epochs: readonly string[], a: Stored | undefined, b: Stored): number {
  if (a === undefined) return -1;
  return epochs.indexOf(a.event.epoch) - epochs.indexOf(b.event.epoch) || a.event.offset - b.event.offset;
}
