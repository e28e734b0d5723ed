import {expect, test} from 'vitest';
import {SteadyLayers} from './steady-layers.js';

/** A path that bears layers up to `carries`, as the engine uses it: it tries a higher one that is asked for, and fails. */
function drive(carriesAt: (second: number) => number, seconds: number): {at: number; spatial: number}[] {
  const steady = new SteadyLayers();
  const changes: {at: number; spatial: number}[] = [];
  let shown = -1;
  let raiseAt = Infinity;
  let triedFor = 0;
  const show = (at: number, spatial: number): void => {
    shown = spatial;
    changes.push({at, spatial});
    const restMs = steady.moved(spatial, 2, at * 1_000);
    if (restMs !== undefined) raiseAt = at + restMs / 1_000;
  };
  for (let at = 0; at < seconds; at += 1) {
    if (at >= raiseAt) {
      const nextMs = steady.raise(2, at * 1_000);
      raiseAt = nextMs === undefined ? Infinity : at + nextMs / 1_000;
    }
    const carries = carriesAt(at);
    const wanted = Math.min(2, steady.cap);
    triedFor = shown > carries ? triedFor + 1 : 0;
    // The estimate is optimistic for three seconds, then packets are lost and the engine goes down at once.
    if (triedFor >= 3) show(at, carries);
    else if (shown < wanted) show(at, shown + 1);
  }
  return changes;
}

const mostInAMinute = (changes: readonly {at: number}[]): number =>
  Math.max(...changes.map(({at: from}) => changes.filter(({at}) => at >= from && at < from + 60).length));

test.each([0, 1])(
  '[CALL23] on a steady path that bears layer %i there are at most two changes a minute, soon fewer',
  (carries) => {
    const changes = drive(() => carries, 3_600).filter(({at}) => at > 10);
    expect(mostInAMinute(changes)).toBeLessThanOrEqual(2);
    expect(changes.length).toBeLessThan(40);
    expect(changes.some(({spatial}) => spatial > carries)).toBe(true);
  },
);

test('[CALL23] a path that got better is used: a layer more each minute or so', () => {
  const changes = drive((second) => (second >= 10 && second < 20 ? 0 : 2), 300);
  expect(changes.filter(({at}) => at > 20).map(({spatial}) => spatial)).toEqual([1, 2]);
  expect(changes.at(-1)!.at).toBeLessThan(150);
});

test('a fall that was wished, or follows a pause, is none', () => {
  const steady = new SteadyLayers();
  steady.moved(2, 2, 0);
  steady.wished(10_000);
  expect(steady.moved(0, 2, 11_000)).toBeUndefined();
  steady.moved(2, 2, 20_000);
  steady.restarted(30_000);
  expect([steady.moved(0, 2, 34_000), steady.moved(1, 2, 35_000), steady.moved(0, 0, 40_000)]).toEqual(
    Array(3).fill(undefined),
  );
  expect(steady.cap).toBe(Infinity);
  steady.moved(2, 2, 41_000);
  expect(steady.moved(1, 2, 50_000)).toBe(61_000);
});

test('[CALL23] a trial that fails just after a pause has failed', () => {
  const steady = new SteadyLayers();
  steady.moved(2, 2, 0);
  expect(steady.moved(0, 2, 10_000)).toBe(61_000);
  steady.raise(2, 71_000);
  // It gave way to something for a minute, which ends now.
  steady.restarted(71_003);
  steady.moved(1, 2, 71_080);
  expect([steady.moved(0, 2, 73_200), steady.cap]).toEqual([122_000, 0]);
});
