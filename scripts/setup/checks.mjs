import {readProjectFile} from './json-file.mjs';
import {npmCommand, runQuietly} from './run.mjs';

/**
 * The names of the scripts that `npm run check` is made of, without the unit tests.
 * @param {{check: string}} scripts of package.json
 */
export function checkNames({check}) {
  const names = check.split('&&').map((part) => /^npm run ([\w:]+)$/.exec(part.trim())?.[1] ?? '');
  if (names.includes('')) throw new Error('The script "check" is to be a chain of "npm run <name>".');
  return names.filter((name) => name !== 'unit');
}

/** @typedef {{name: string, passed: boolean, output: string}} Check */

/**
 * Runs all of them, also after a failure, so that one run tells everything. They go one at a time and take only what
 * others leave of the processors, so that the tests beside them do not wait for them.
 * @param {string} clone
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal ends the one that runs; those after it are left out
 * @returns {Promise<Check[]>}
 */
export async function runChecks(clone, env, signal) {
  const [program, ...args] = npmCommand();
  /** @type {Check[]} */
  const checks = [];
  for (const name of checkNames(readProjectFile(clone, 'package.json').scripts)) {
    if (signal.aborted) break;
    const options = {cwd: clone, env, signal, yielding: true};
    const {code, output} = await runQuietly(program, [...args, 'run', '--silent', name], options);
    checks.push({name, passed: code === 0, output});
  }
  return checks;
}
