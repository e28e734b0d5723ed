import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {KeyUses} from './key-uses.js';

const turn = (): Promise<void> => new Promise(setImmediate);

test('[KEY12] a secret that is used all the time is written down once a minute', async () => {
  const clock = new HandClock();
  const written: [string, number][] = [];
  const uses = new KeyUses({clock, log: {warn: () => undefined}, write: (noted) => void written.push(...noted)});
  const startedAt = clock.now();
  for (let second = 0; second < 180; second += 1) {
    uses.note('a');
    if (second % 90 === 0) uses.note('b');
    clock.advance(1_000);
    await turn();
  }
  expect(written).toEqual([
    ['a', startedAt],
    ['b', startedAt],
    ['a', startedAt + 60_000],
    ['b', startedAt + 90_000],
    ['a', startedAt + 120_000],
  ]);
});

test('[KEY12] what cannot be written goes with the next use, and is a warning once', async () => {
  const clock = new HandClock();
  const warnings: unknown[] = [];
  const written: [string, number][] = [];
  let isAway = true;
  const uses = new KeyUses({
    clock,
    log: {warn: (about: unknown) => warnings.push(about)},
    write: (noted) => {
      if (isAway) return Promise.reject(new Error('away'));
      written.push(...noted);
      return Promise.resolve();
    },
  });
  for (const name of ['a', 'b']) {
    uses.note(name);
    await uses.settled();
  }
  expect(warnings).toHaveLength(1);
  isAway = false;
  uses.note('c');
  await uses.settled();
  expect(written.map(([name]) => name)).toEqual(['a', 'b', 'c']);
});
