import {expect, test} from 'vitest';
import {checksumOf, Journal} from './journal.js';

const at = (offset: number, epoch = 'e') => ({epoch, offset});

test('a journal counts what was seen, seen again, and passed over without a word', () => {
  const journal = new Journal();
  journal.begins(at(10));
  expect([journal.event(at(11), 1), journal.event(at(12)), journal.event(at(11), 1)]).toEqual([true, true, false]);
  journal.event(at(15), 2);
  expect(journal).toMatchObject({received: 2, doubled: 1, skipped: 2, told: 0, stand: at(15)});
  expect([journal.has(1), journal.has(2), journal.has(3)]).toEqual([true, true, false]);
});

test('what a client is told of is no silent hole, and another epoch without a word is one', () => {
  const told = new Journal();
  told.begins(at(3));
  told.breaks(at(7, 'f'));
  told.event(at(8, 'f'), 1);
  expect(told).toMatchObject({skipped: 0, told: 1});

  const silent = new Journal();
  silent.begins(at(3));
  silent.event(at(4, 'f'), 1);
  expect(silent.skipped).toBe(1);
});

test('one message under two offsets is doubled', () => {
  const journal = new Journal();
  journal.begins(at(0));
  journal.event(at(1), 5_000);
  expect(journal.event(at(2), 5_000)).toBe(false);
  expect(journal.doubled).toBe(1);
});

test('the checksum tells one order from another', () => {
  const [one, other] = [new Journal(), new Journal()];
  for (const journal of [one, other]) journal.begins(at(0));
  one.event(at(1), 1);
  one.event(at(2), 2);
  other.event(at(1), 2);
  other.event(at(2), 1);
  expect(one.checksum).toBe(
    checksumOf([
      [1, 1],
      [2, 2],
    ]),
  );
  expect(other.checksum).not.toBe(one.checksum);
});
