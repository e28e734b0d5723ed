import type {RoomId} from '@parley/protocol';
import type {CallOverview, NamePage} from '../administration.js';

/** A call in the list of the node that runs it. */
export type CallLine = Omit<CallOverview, 'node'>;

/** So many calls at most are told by one node at once. */
const mostLines = 1_000;

const byRoom = (one: {readonly room: RoomId}, other: {readonly room: RoomId}): number =>
  one.room < other.room ? -1 : Number(one.room > other.room);

/** What comes after `after`, by room. */
export function pageOf({after, limit}: NamePage, calls: readonly {readonly line: CallLine}[]): readonly CallLine[] {
  const lines = calls.map(({line}) => line);
  const later = after === undefined ? lines : lines.filter(({room}) => room > after);
  return later.sort(byRoom).slice(0, limit);
}

/** Pages of several nodes as one. A call that changed hands meanwhile is where it began last. */
export function merged<L extends CallLine>(
  pages: readonly (readonly L[])[],
  limit: number,
): {calls: L[]; more: boolean} {
  const byName = new Map<RoomId, L>();
  for (const line of pages.flat()) {
    const known = byName.get(line.room);
    if (known === undefined || known.startedAt < line.startedAt) byName.set(line.room, line);
  }
  const calls = [...byName.values()].sort(byRoom);
  return {calls: calls.slice(0, limit), more: calls.length > limit};
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (word: unknown): Fields => (typeof word === 'object' && word !== null ? {...word} : {});
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const garbled = (): Error => new TypeError('garbled list of calls between nodes');

export function readPage(word: unknown): NamePage {
  const {after, limit} = fieldsOf(word);
  if (!isCount(limit)) throw garbled();
  return {limit: Math.min(limit, mostLines), ...(typeof after === 'string' && {after})};
}

export function readLines(word: unknown): readonly CallLine[] {
  if (!Array.isArray(word)) throw garbled();
  return word.map((each: unknown) => {
    const {room, startedAt, peers, producers, waiting} = fieldsOf(each);
    if (typeof room !== 'string' || !isCount(startedAt)) throw garbled();
    if (!isCount(peers) || !isCount(producers) || !isCount(waiting)) throw garbled();
    return {room, startedAt, peers, producers, waiting};
  });
}
