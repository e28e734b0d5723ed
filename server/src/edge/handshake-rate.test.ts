import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {HandshakeRate} from './handshake-rate.js';

const verdicts = (rate: HandshakeRate, address: string, count: number): string[] =>
  Array.from({length: count}, () => rate.take(address).verdict);

test('[CON6] a burst passes, then the rate applies, per address', () => {
  const clock = new HandClock();
  const rate = new HandshakeRate(2, clock);

  expect(verdicts(rate, 'a', 21)).toEqual([...Array<string>(20).fill('passed'), 'refused']);
  expect(rate.take('b').verdict).toBe('passed');
  clock.advance(1_000);
  expect(verdicts(rate, 'a', 2)).toEqual(['passed', 'refused']);
});

test('[CON6] whoever waits as long as told gets in', () => {
  const clock = new HandClock();
  const rate = new HandshakeRate(5, clock);
  verdicts(rate, 'a', 60);
  const told = rate.take('a');
  if (told.verdict === 'passed') throw new Error('It should have been refused.');

  clock.advance(told.retryAfterMs);

  expect(rate.take('a').verdict).toBe('passed');
});

test('[LIM11] each abuse halves the rate of its address, and each minute without one doubles it again', () => {
  const clock = new HandClock();
  const rate = new HandshakeRate(8, clock);
  /** How many come at once, when there was time to forget earlier ones. */
  const burst = (): number => {
    clock.advance(20_000);
    let passed = 0;
    while (rate.take('a').verdict === 'passed') passed += 1;
    return passed;
  };
  expect(burst()).toBe(80);
  rate.offended('a');
  expect(burst()).toBe(40);
  rate.offended('a');
  rate.offended('a');
  expect(burst()).toBe(10);
  expect(rate.take('b').verdict).toBe('passed');
  clock.advance(60_000);
  expect(burst()).toBe(20);
  clock.advance(120_000);
  expect(burst()).toBe(80);
});

test('[CON6] whoever goes on regardless is a flood, and 0 is no limit', () => {
  const clock = new HandClock();
  const rate = new HandshakeRate(1, clock);

  expect(verdicts(rate, 'a', 30).slice(10)).toEqual([
    ...Array<string>(10).fill('refused'),
    ...Array<string>(10).fill('flood'),
  ]);
  expect(new Set(verdicts(new HandshakeRate(0, clock), 'a', 1_000))).toEqual(new Set(['passed']));
});
