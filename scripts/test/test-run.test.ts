import {expect, test} from 'vitest';
import {checkNames} from '../setup/checks.mjs';
import {summaryLine} from '../setup/test-summary.mjs';

const file = (status: string, ...tests: string[]) => ({status, assertionResults: tests.map((one) => ({status: one}))});

test('the last line counts the tests that passed and failed', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    testResults: [file('failed', 'passed', 'failed'), file('passed')],
  };
  expect(summaryLine(report, 1, 0)).toBe('3 passed, 1 failed');
  expect(summaryLine({...report, numFailedTests: 0, testResults: []}, 0, 0)).toBe('3 passed, 0 failed');
});

test('a file that could not be loaded, a failed check and a run that broke are failures', () => {
  const report = {numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 'passed'), file('failed')]};
  expect(summaryLine(report, 1, 0)).toBe('3 passed, 1 failed');
  expect(summaryLine(report, 1, 2)).toBe('3 passed, 3 failed');
  expect(summaryLine({...report, testResults: []}, 1, 0)).toBe('3 passed, 1 failed');
  expect(summaryLine(undefined, 1, 0)).toBe('0 passed, 1 failed');
});

test('the checks are those of `npm run check` but for the unit tests, which run with all the others', () => {
  expect(checkNames({check: 'npm run typecheck && npm run format:check && npm run unit'})).toEqual([
    'typecheck',
    'format:check',
  ]);
  expect(() => checkNames({check: 'tsc && npm run unit'})).toThrow('is to be a chain');
});
