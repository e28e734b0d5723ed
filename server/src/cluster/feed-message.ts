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
  | {readonly kind: 'entry'; readonly logged: LoggedEntry}
  | {readonly kind: 'ephemeral'; readonly event: FeedEvent}
  /** Another epoch began. */
  | {readonly kind: 'epoch'; readonly standing: Standing};

export const atOf = (stamp: number): number => Math.floor(stamp / 1_000);

export function loggedEntry(epoch: string, offset: number, stamp: number, name: string, json: string): LoggedEntry {
  const entry: FeedEntry = {name, data: parseData(json), epoch, offset, at: atOf(stamp)};
  return {entry, stamp, bytes: name.length + json.length};
}

function parseData(json: string): Readonly<Record<string, unknown>> {
  const data: unknown = JSON.parse(json);
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new Error('An event’s data is no object.');
  return {...data};
}

export const ephemeralMessage = ({name, data}: FeedEvent): string => `0 ${name} ${JSON.stringify(data)}`;

/** Reads what the scripts and `ephemeralMessage` wrote: `1 epoch offset stamp name data`, `2 epoch head stamp`, `0 name data`. */
export function parseFeedMessage(message: string): FeedMessage {
  const words = new Words(message);
  const kind = words.next();
  if (kind === '0') return {kind: 'ephemeral', event: {name: words.next(), data: parseData(words.rest())}};
  const standing = {epoch: words.next(), offset: Number(words.next()), stamp: Number(words.next())};
  if (!Number.isSafeInteger(standing.offset) || !Number.isSafeInteger(standing.stamp) || standing.epoch === '')
    throw new Error('A message of a room’s channel is malformed.');
  if (kind === '2') return {kind: 'epoch', standing};
  if (kind !== '1') throw new Error('A message of a room’s channel is of no known kind.');
  const name = words.next();
  return {kind: 'entry', logged: loggedEntry(standing.epoch, standing.offset, standing.stamp, name, words.rest())};
}

class Words {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string {
    const end = this.#text.indexOf(' ', this.#at);
    const word = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#text.length : end + 1;
    return word;
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }
}
