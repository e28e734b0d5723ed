import {expect, test} from 'vitest';
import {canonicalTimeZone, isQuiet} from './quiet-hours.js';

const at = (time: string): number => Date.parse(`${time}Z`);

test('[WPUSH5] quiet hours begin and end by the clock where the user is, before or after midnight', () => {
  const night = {from: '22:00', until: '07:00', timeZone: 'Europe/Berlin'};
  expect(isQuiet(night, at('2026-01-10T20:59:59'))).toBe(false);
  expect(isQuiet(night, at('2026-01-10T21:00:00'))).toBe(true);
  expect(isQuiet(night, at('2026-01-11T05:59:59'))).toBe(true);
  expect(isQuiet(night, at('2026-01-11T06:00:00'))).toBe(false);
  const noon = {from: '12:00', until: '13:00', timeZone: 'Asia/Kolkata'};
  expect([6, 7].map((hour) => isQuiet(noon, at(`2026-01-10T0${hour}:45:00`)))).toEqual([true, false]);
});

test('[WPUSH5] quiet hours keep to the clock when it is put forward', () => {
  const night = {from: '22:00', until: '07:00', timeZone: 'Europe/Berlin'};
  expect(isQuiet(night, at('2026-03-28T05:30:00'))).toBe(true);
  expect(isQuiet(night, at('2026-03-29T05:30:00'))).toBe(false);
});

test('[WPUSH5] a time zone is known by its name in the database, however it is written', () => {
  expect(canonicalTimeZone('europe/berlin')).toBe('Europe/Berlin');
  expect(canonicalTimeZone('Europe/Nowhere')).toBeUndefined();
  expect(canonicalTimeZone('')).toBeUndefined();
});
