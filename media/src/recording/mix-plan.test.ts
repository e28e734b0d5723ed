import {expect, test} from 'vitest';
import {planMix} from './mix-plan.js';
import type {ListedTrack} from './recording-list.js';

let files = 0;

function track(kind: 'audio' | 'video', offsetMs: number | null, durationMs: number | null): ListedTrack {
  files += 1;
  const who = {producer: `p${files}`, kind, source: 'camera', peer: 's_1', user: 'ada', name: 'Ada'};
  return {...who, codec: `${kind}/any`, file: `${files}.webm`, offsetMs, durationMs};
}

const filtersOf = (tracks: readonly ListedTrack[], untilMs = 10_000): string =>
  planMix(tracks, untilMs)?.arguments.find((argument) => argument.includes('amix') || argument.includes('overlay')) ??
  '';

test('[CALL42] the grid has as many places as there were videos at the same time: one that was left is taken again', () => {
  const together = [track('video', 0, 4_000), track('video', 1_000, 9_000)];
  const later = track('video', 5_000, 5_000);
  const filters = filtersOf([...together, later]);
  // Two columns, one row: the third sits where the first did.
  expect(filters.match(/overlay=\d+:\d+/g)).toEqual(['overlay=0:0', 'overlay=640:0', 'overlay=0:0']);
  expect(filters).toContain('scale=640:720');
  expect(filtersOf([track('video', 0, null), track('video', 5_000, 1_000)]).match(/overlay=\d+:\d+/g)).toEqual([
    'overlay=0:0',
    'overlay=640:0',
  ]);
});

test('[CALL42] every track begins when it did, and the whole ends with the last', () => {
  const plan = planMix([track('audio', 1_500, 2_000), track('video', 0, 3_000), track('audio', 0, null)], 8_000);
  expect(plan?.durationMs).toBe(8_000);
  const offsets = plan?.arguments.filter((_, index, all) => all[index - 1] === '-itsoffset');
  expect(offsets).toEqual(['0.000', '1.500', '0.000']);
});

test('[CALL42] of what never came there is nothing to mix, and more videos than the grid has places are left out', () => {
  expect(planMix([], 5_000)).toBeUndefined();
  expect(planMix([track('video', null, null)], 5_000)).toBeUndefined();
  const crowd = Array.from({length: 20}, () => track('video', 0, 5_000));
  expect(filtersOf(crowd).match(/overlay=/g)).toHaveLength(16);
});
