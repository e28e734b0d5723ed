import type {Gap, Stored, Timeline} from './timeline.js';

/** A message of one's own that is not in the log yet. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  readonly state: {readonly kind: 'pending'} | {readonly kind: 'failed'; readonly reason: string};
}

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly user: string;
  readonly name: string;
  readonly text: string;
  readonly at: number;
  readonly own: boolean;
  /** Begins a run of messages by one person: shows who and when. */
  readonly first: boolean;
  readonly last: boolean;
  readonly delivery: {readonly kind: 'sent'} | Outgoing['state'];
}

/** What is drawn, line by line. Keys are stable, so that nothing on screen is rebuilt when a message is confirmed. */
export type Row =
  | {readonly kind: 'day'; readonly key: string; readonly at: number}
  | MessageRow
  | {readonly kind: 'member'; readonly key: string; readonly event: Extract<Stored, {kind: 'member'}>['event']}
  | {readonly kind: 'settings'; readonly key: string; readonly event: Extract<Stored, {kind: 'settings'}>['event']}
  | {readonly kind: 'push'; readonly key: string; readonly event: Extract<Stored, {kind: 'push'}>['event']}
  | {readonly kind: 'gap'; readonly key: string; readonly gap: Gap};

/** Messages of one person closer than this are one run. */
const runMs = 5 * 60_000;

interface Me {
  readonly user: string;
  readonly name: string;
}

export function rowsOf(timeline: Timeline, outgoing: readonly Outgoing[], me: Me): readonly Row[] {
  const rows: Row[] = [];
  let day = '';
  const add = (at: number, row: Row): void => {
    const today = new Date(at).toDateString();
    if (today !== day) {
      day = today;
      rows.push({kind: 'day', key: `day ${today}`, at});
    }
    rows.push(row);
  };

  const gaps = [...timeline.gaps];
  for (const stored of timeline.stored) {
    while (gaps[0] !== undefined && liesBefore(timeline, gaps[0], stored)) rows.push(gapRow(gaps.shift()));
    add(stored.event.at, storedRow(stored, me));
  }
  for (const gap of gaps) rows.push(gapRow(gap));
  for (const {id, text, at, state} of outgoing) {
    add(at, {...me, kind: 'message', key: id, text, at, own: true, first: true, last: true, delivery: state});
  }
  return rows.map((row, index) => (row.kind === 'message' ? inRun(row, rows[index - 1], rows[index + 1]) : row));
}

function liesBefore(timeline: Timeline, gap: Gap, {event}: Stored): boolean {
  const order = timeline.epochs.indexOf(event.epoch) - timeline.epochs.indexOf(gap.epoch);
  return order > 0 || (order === 0 && event.offset > gap.after);
}

function gapRow(gap: Gap | undefined): Row {
  if (gap === undefined) throw new RangeError('There is no gap.');
  return {kind: 'gap', key: `gap ${gap.epoch} ${gap.after}`, gap};
}

function storedRow(stored: Stored, me: Me): Row {
  const key = `${stored.event.epoch} ${stored.event.offset}`;
  switch (stored.kind) {
    case 'member':
      return {kind: 'member', key, event: stored.event};
    case 'settings':
      return {kind: 'settings', key, event: stored.event};
    case 'push':
      return {kind: 'push', key, event: stored.event};
    case 'message': {
      const {id, from, name, text, at} = stored.event;
      const own = from === me.user;
      // One's own keep the key that they had while pending.
      const shown = {kind: 'message', key: own ? id : key, user: from, name, text, at, own} as const;
      return {...shown, first: true, last: true, delivery: {kind: 'sent'}};
    }
  }
}

function inRun(row: MessageRow, before: Row | undefined, after: Row | undefined): MessageRow {
  return {...row, first: !continues(before, row), last: !continues(row, after)};
}

const continues = (a: Row | undefined, b: Row | undefined): boolean =>
  a?.kind === 'message' && b?.kind === 'message' && a.user === b.user && b.at - a.at < runMs;
