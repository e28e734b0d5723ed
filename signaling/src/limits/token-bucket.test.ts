import fc from 'fast-check';
import {expect, test} from 'vitest';
import {TokenBucket} from './token-bucket.js';

test('[LIM1] a bucket gives its burst at once, then its rate, and says how long to wait', () => {
  const bucket = new TokenBucket({perSecond: 10, burst: 20});
  const taken = Array.from({length: 21}, () => bucket.take(1_000));
  expect(taken.filter((waitMs) => waitMs === 0)).toHaveLength(20);
  expect(taken.at(-1)).toBe(100);
  expect(bucket.take(1_060)).toBe(40);
  expect(bucket.take(1_100)).toBe(0);
  expect(bucket.take(1_100)).toBe(100);
});

test('[LIM1] over any stretch of time no more is given than the rate and one burst, and who waits as told gets it', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 1, max: 1_000}),
      fc.integer({min: 1, max: 50}),
      fc.array(fc.integer({min: 0, max: 300}), {minLength: 1, maxLength: 200}),
      (perSecond, seconds, pauses) => {
        const burst = perSecond * seconds;
        const bucket = new TokenBucket({perSecond, burst});
        let now = 5_000;
        let given = 0;
        for (const pause of pauses) {
          now += pause;
          const waitMs = bucket.take(now);
          if (waitMs === 0) given += 1;
          else {
            now += waitMs;
            expect(bucket.take(now)).toBe(0);
            given += 1;
          }
          expect(given).toBeLessThanOrEqual(burst + ((now - 5_000) / 1_000) * perSecond + 1);
        }
      },
    ),
  );
});

test('[LIM1] what is larger than is left takes nothing', () => {
  const bucket = new TokenBucket({perSecond: 100, burst: 1_000});
  expect(bucket.take(0, 900)).toBe(0);
  expect(bucket.take(0, 200)).toBe(1_000);
  expect(bucket.take(0, 100)).toBe(0);
});
