import {expect, test} from 'vitest';
import {rowsOf, type Row} from './rows.js';
import {breakAt, emptyTimeline, prepend, type Stored} from './timeline.js';

const noon = new Date(2026, 0, 15, 12).getTime();
const minute = 60_000;
const me = {user: 'ada', name: 'Ada'};

const message = (offset: number, from: string, at: number, id = `m${offset}`): Stored => ({
  kind: 'message',
  event: {room: 'lobby', epoch: 'e', offset, at, id, from, name: from, text: `text ${offset}`},
});
const draw = (stored: Stored[]): readonly Row[] => rowsOf(prepend(emptyTimeline, stored, false), [], me);
const kinds = (rows: readonly Row[]): string => rows.map((row) => row.kind).join(' ');
const runs = (rows: readonly Row[]): string =>
  rows
    .map((row) => (row.kind === 'message' ? `${row.first ? '[' : ''}${row.user}${row.last ? ']' : ''}` : ''))
    .join(' ');

test('messages of one person close together are one run', () => {
  const rows = draw([
    message(1, 'bo', noon),
    message(2, 'bo', noon + minute),
    message(3, 'ada', noon + 2 * minute),
    message(4, 'ada', noon + 20 * minute),
  ]);
  expect(runs(rows).trim()).toBe('[bo bo] [ada] [ada]');
});

test('every day begins with a line, for all kinds of rows', () => {
  const rows = draw([message(1, 'bo', noon), message(2, 'bo', noon + 24 * 60 * minute)]);
  expect(kinds(rows)).toBe('day message day message');
});

test('a message keeps its key when its echo takes the place of what was pending', () => {
  const pending = rowsOf(emptyTimeline, [{id: 'x1', text: 'hi', at: noon, state: {kind: 'pending'}}], me);
  const sent = draw([message(1, 'ada', noon, 'x1')]);
  expect(pending.at(-1)).toMatchObject({key: 'x1', own: true, delivery: {kind: 'pending'}});
  expect(sent.at(-1)).toMatchObject({key: 'x1', own: true, delivery: {kind: 'sent'}});
});

test('a gap is drawn between what is before and after it, also where nothing follows yet', () => {
  const before = prepend(emptyTimeline, [message(1, 'bo', noon)], false);
  const broken = breakAt(before, 'e', 5);
  expect(kinds(rowsOf(broken, [], me))).toBe('day message gap');
  expect(kinds(rowsOf(prepend(broken, [message(6, 'bo', noon)], false), [], me))).toBe('day message gap message');
});
