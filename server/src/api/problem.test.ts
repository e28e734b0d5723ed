import {errorCatalogue, ParleyError, type ErrorCode} from '@parley/protocol';
import {expect, test} from 'vitest';
import {problemSchema, retryAfterSeconds, toProblem} from './problem.js';

test('[OPS2] every code of the catalogue has a problem with its status', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const problem = toProblem(new ParleyError(code), 'id-1');
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({
      type: `urn:parley:error:${code}`,
      status: errorCatalogue[code].http,
      code,
      retryable: errorCatalogue[code].retryable,
      instance: 'urn:parley:request:id-1',
    });
  }
});

test('[OPS2] field, message and time to wait are carried on', () => {
  const error = new ParleyError('rate_limited', {message: 'slower', field: 'target', retryAfterMs: 1_500});
  expect(toProblem(error, 'id-1')).toMatchObject({detail: 'slower', field: 'target', retryAfterMs: 1_500});
});

test.each([new TypeError('cannot read secrets of undefined'), 'a text', undefined, {code: 'forbidden'}])(
  '[ENV2] of what is not ours, such as %s, nothing is told',
  (thrown) => {
    const problem = toProblem(thrown, 'id-1');
    expect(problem).toMatchObject({status: 500, code: 'internal', detail: errorCatalogue.internal.text});
    expect(JSON.stringify(problem)).not.toContain('secrets');
  },
);

test('the header’s seconds never send anybody back too early', () => {
  expect([0, 1, 999, 1_000, 1_001].map(retryAfterSeconds)).toEqual([0, 1, 1, 1, 2]);
});
