import {existsSync, readFileSync} from 'node:fs';

/**
 * @typedef {{status: string, assertionResults: {status: string}[]}} TestFile
 * @typedef {{numPassedTests: number, numFailedTests: number, testResults: TestFile[]}} Report
 */

/**
 * What the tests came to, in one line: "812 passed, 0 failed". A test file that could not be loaded counts as a failure,
 * and so does a run that ends badly by anything else than a test.
 * @param {Report | undefined} report vitest's, undefined when it left none
 * @param {number} exitCode vitest's
 * @param {number} failedChecks
 */
export function summaryLine(report, exitCode, failedChecks) {
  const failedTests = report?.numFailedTests ?? 0;
  const unloaded = (report?.testResults ?? []).filter(
    ({status, assertionResults}) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = failedTests + unloaded.length || (exitCode === 0 ? 0 : 1);
  return `${report?.numPassedTests ?? 0} passed, ${failed + failedChecks} failed`;
}

/**
 * @param {string} path
 * @returns {Report | undefined}
 */
export function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
