import {expect, test} from 'vitest';
import {qualitySentence} from './quality-bars.js';

test('a sentence says whose connection it is, how bad, and why', () => {
  expect(qualitySentence({quality: 'fair', reasons: ['delay']}, false)).toBe(
    'Their connection is unsteady: everything reaches them late.',
  );
  expect(qualitySentence({quality: 'poor', reasons: ['uplink', 'bandwidth']}, true)).toBe(
    'Your connection is poor: what you send does not all arrive, and there is no room for all of the video.',
  );
});
