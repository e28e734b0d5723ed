import {parseData, StoredEntry, type FeedEntry, type FeedEvent} from '@parley/signaling';

/**
 * Where a room's log stands. `stamp` are the microseconds of the event at `offset`, and rise with every event of the
 * room whatever the epoch: they order what arrives by different ways.
 */
export interface Standing {
  readonly epoch: string;
  readonly offset: number;
  readonly stamp: number;
}

/** An entry with what only this twin knows of it. */
export interface LoggedEntry {
  readonly entry: FeedEntry;
  readonly stamp: number;
  readonly bytes: number;
}

/** What a room's channel carries. */
export type FeedMessage =
  /** Appended together; ascending and without a hole. */
  | {readonly kind: 'entries'; readonly logged: readonly LoggedEntry[]}
  | {readonly kind: 'ephemeral'; readonly event: FeedEvent}
  /** Another epoch began. */
  | {readonly kind: 'epoch'; readonly standing: Standing};

export const atOf = (stamp: number): number => Math.floor(stamp / 1_000);

export const loggedEntry = (epoch: string, offset: number, stamp: number, name: string, json: string): LoggedEntry => ({
  entry: new StoredEntry(name, epoch, offset, atOf(stamp), json),
  stamp,
  bytes: name.length + json.length,
});

export const ephemeralMessage = ({name, data}: FeedEvent): string => `0 ${name} ${JSON.stringify(data)}`;

/**
 * Reads what the scripts and `ephemeralMessage` wrote: `1 epoch offset stamp` of the first entry and then a line
 * `name data` for each, `2 epoch head stamp`, or `0 name data`. JSON holds no line breaks.
 */
export function parseFeedMessage(message: string): FeedMessage {
  const [head = '', ...lines] = message.split('\n');
  if (head.startsWith('0 ')) {
    const [name, json] = cut(head.slice(2));
    return {kind: 'ephemeral', event: {name, data: parseData(json)}};
  }
  const [kind, epoch = '', first, micros] = head.split(' ');
  const [offset, stamp] = [Number(first), Number(micros)];
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(stamp) || epoch === '')
    throw new Error('A message of a room’s channel is malformed.');
  if (kind === '2') return {kind: 'epoch', standing: {epoch, offset, stamp}};
  if (kind !== '1') throw new Error('A message of a room’s channel is of no known kind.');
  return {
    kind: 'entries',
    logged: lines.map((line, index) => loggedEntry(epoch, offset + index, stamp + index, ...cut(line))),
  };
}

/** `name data` as the two. */
function cut(line: string): [name: string, json: string] {
  const end = line.indexOf(' ');
  return [line.slice(0, end), line.slice(end + 1)];
}
