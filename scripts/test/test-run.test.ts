import {constants} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {checkNames, runChecks} from '../setup/checks.mjs';
import {summaryLine} from '../setup/test-summary.mjs';
import {temporaryFolder, write} from './clone-fixture.js';

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

/** A clone whose checks are these scripts. */
function withChecks(scripts: Readonly<Record<string, string>>): string {
  const clone = temporaryFolder();
  const check = [...Object.keys(scripts), 'unit'].map((name) => `npm run ${name}`).join(' && ');
  write(join(clone, 'package.json'), JSON.stringify({type: 'commonjs', scripts: {...scripts, check}}));
  return clone;
}

test('every check runs, also after one that failed, and gives way to all else', async () => {
  const clone = withChecks({
    lint: 'echo it is not well && exit 3',
    typecheck: `node -p "os.getPriority()"`,
  });
  const [lint, typecheck, ...more] = await runChecks(clone, process.env, new AbortController().signal);
  expect(lint).toMatchObject({name: 'lint', passed: false});
  expect(lint?.output).toContain('it is not well');
  expect(typecheck).toMatchObject({name: 'typecheck', passed: true});
  expect(typecheck?.output.trim().split('\n').at(-1)).toBe(String(constants.priority.PRIORITY_LOW));
  expect(more).toEqual([]);
});

test('an interruption ends the check that runs, and none is begun after it', async () => {
  const clone = withChecks({lint: `node -e "setInterval(() => {}, 1000)"`, typecheck: 'exit 0'});
  const interrupted = new AbortController();
  const checking = runChecks(clone, process.env, interrupted.signal);
  interrupted.abort();
  expect(await checking).toMatchObject([{name: 'lint', passed: false}]);
});
