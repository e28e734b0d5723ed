import {StoredEntry} from '@parley/signaling';
import {expect, test} from 'vitest';
import {RecentEntries} from './recent-entries.js';

const entry = (offset: number): StoredEntry => new StoredEntry('chat.message', 'e', offset, 0, '{}');

test('[SES4] recent entries are given whole or not at all, and are bounded by count', () => {
  const recent = new RecentEntries();
  for (let offset = 1; offset <= 3_000; offset += 1) recent.push(entry(offset), 10);
  expect(recent.after(3_000, 3_000)).toEqual([]);
  expect(recent.after(2_998, 3_000)?.map(({offset}) => offset)).toEqual([2_999, 3_000]);
  expect(recent.after(2_500, 3_000)?.length).toBe(500);
  expect(recent.after(1_000, 3_000)).toBeUndefined();
  expect(recent.after(3_001, 3_000)).toBeUndefined();
});

test('[SES4] recent entries are bounded by bytes, even one that is too large by itself', () => {
  const recent = new RecentEntries();
  for (let offset = 1; offset <= 10; offset += 1) recent.push(entry(offset), 100_000);
  expect(recent.after(5, 10)?.length).toBe(5);
  expect(recent.after(4, 10)).toBeUndefined();
  recent.push(entry(11), 10_000_000);
  expect(recent.after(10, 11)).toBeUndefined();
  expect(recent.after(11, 11)).toEqual([]);
  recent.push(entry(12), 10);
  expect(recent.after(11, 12)?.map(({offset}) => offset)).toEqual([12]);
});
