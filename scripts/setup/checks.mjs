import {readProjectFile} from './json-file.mjs';
import {say} from './progress.mjs';
import {npmCommand, runShown} from './run.mjs';

/**
 * The names of the scripts that `npm run check` is made of, without the unit tests.
 * @param {{check: string}} scripts of package.json
 */
export function checkNames({check}) {
  const names = check.split('&&').map((part) => /^npm run ([\w:]+)$/.exec(part.trim())?.[1] ?? '');
  if (names.includes('')) throw new Error('The script "check" is to be a chain of "npm run <name>".');
  return names.filter((name) => name !== 'unit');
}

/**
 * Runs all of them, also after a failure, so that one run tells everything.
 * @param {string} clone
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runChecks(clone, env) {
  const [program, ...args] = npmCommand();
  const failed = [];
  for (const name of checkNames(readProjectFile(clone, 'package.json').scripts)) {
    say(`\n> npm run ${name}`);
    const code = await runShown(program, [...args, 'run', '--silent', name], {cwd: clone, env});
    if (code !== 0) failed.push(name);
  }
  return failed;
}
