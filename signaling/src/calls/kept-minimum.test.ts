import {expect, test} from 'vitest';
import {KeptMinimum} from './kept-minimum.js';
import {ranks} from './ranks.js';

const minuteMs = 60_000;

/** Looks as often as it is told to, and with what stands still at that time. */
function drive(starvingAt: (second: number, below: number) => number, seconds: number): {at: number; below: number}[] {
  const minimum = new KeptMinimum();
  const changes: {at: number; below: number}[] = [];
  let before = 0;
  let lookAt = Infinity;
  for (let at = 0; at < seconds; at += 1) {
    const starving = starvingAt(at, minimum.below);
    const begins = starving > before;
    before = starving;
    if (!begins && at < lookAt) continue;
    const {below} = minimum;
    const waitMs = minimum.look(starving, at * 1_000);
    lookAt = waitMs === undefined ? Infinity : at + waitMs / 1_000;
    if (minimum.below !== below) changes.push({at, below: minimum.below});
  }
  return changes;
}

test('[CALL77] what has no rank gives way to nothing of its kind', () => {
  const minimum = new KeptMinimum();
  expect(minimum.look(0, 0)).toBeUndefined();
  expect(minimum.look(ranks.others, 0)).toBeUndefined();
  expect(minimum.below).toBe(0);
});

test('[CALL77] others give way for a minute, and come back if what goes before them moves by then', () => {
  expect(drive((at) => (at >= 10 && at < 13 ? ranks.screen : 0), 200)).toEqual([
    {at: 10, below: ranks.speaker},
    {at: 70, below: 0},
  ]);
});

test('[CALL77] what is ranked between gives way too, if the first were not enough', () => {
  expect(drive((_at, below) => (below < ranks.screen ? ranks.screen : 0), 12)).toEqual([
    {at: 0, below: ranks.speaker},
    {at: 5, below: ranks.screen},
  ]);
  // To the speaker only those without rank give way, however long it stands still.
  expect(drive(() => ranks.speaker, 120)).toEqual([{at: 0, below: ranks.speaker}]);
});

test('[CALL77] while it stands still nothing comes back, and each failure doubles the time, up to eight minutes', () => {
  expect(drive((at) => (at < 90 ? ranks.speaker : 0), 200)).toEqual([
    {at: 0, below: ranks.speaker},
    {at: 90, below: 0},
  ]);
  // It fails 4 s after each return.
  let returnedAt = -Infinity;
  const releases: number[] = [];
  const changes = drive((at, below) => {
    if (below > 0) returnedAt = Infinity;
    else if (returnedAt === Infinity) returnedAt = at;
    return below === 0 && (at === 0 || at >= returnedAt + 4) ? ranks.speaker : 0;
  }, 60 * 60);
  changes.forEach(({at, below}, index) => {
    if (below === 0) releases.push(at - (changes[index - 1]?.at ?? 0));
  });
  expect(releases.slice(0, 6)).toEqual([1, 2, 4, 8, 8, 8].map((minutes) => (minutes * minuteMs) / 1_000));
});

test('[CALL77] what comes back and does not begin to move is kept room for in its turn', () => {
  const minimum = new KeptMinimum();
  minimum.look(ranks.screen, 0);
  minimum.look(ranks.screen, 5_000);
  expect(minimum.below).toBe(ranks.screen);
  const waitMs = minimum.look(0, 65_000) ?? Infinity;
  expect(minimum.below).toBe(0);
  minimum.look(ranks.speaker, 65_000 + waitMs);
  expect(minimum.below).toBe(ranks.speaker);
});

test('[CALL77] after a minute in which all moved the next time is a minute again', () => {
  const times = drive((at) => ([0, 65, 400].includes(at) ? ranks.speaker : 0), 600);
  expect(times.map(({at}) => at)).toEqual([0, 60, 65, 185, 400, 460]);
});
