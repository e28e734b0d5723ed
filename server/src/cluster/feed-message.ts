import type {FeedEntry, FeedEvent} from '@parley/signaling';

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

/** An entry as it came: most are passed on as they are, so that its data is parsed only if somebody looks at it. */
class StoredEntry implements FeedEntry {
  readonly name: string;
  readonly epoch: string;
  readonly offset: number;
  readonly at: number;
  readonly json: string;

  constructor(name: string, epoch: string, offset: number, at: number, json: string) {
    if (!json.startsWith('{') || !json.endsWith('}')) throw new Error('An event’s data is no object.');
    this.name = name;
    this.epoch = epoch;
    this.offset = offset;
    this.at = at;
    this.json = json;
  }

  get data(): Readonly<Record<string, unknown>> {
    return parseData(this.json);
  }
}

function parseData(json: string): Readonly<Record<string, unknown>> {
  const data: unknown = JSON.parse(json);
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new Error('An event’s data is no object.');
  return {...data};
}

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
