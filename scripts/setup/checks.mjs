import {readProjectFile} from './json-file.mjs';
import {say} from './progress.mjs';
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

/** Checks at a time: most use one core. */
const LANES = 2;

/**
 * Runs all of them, also after a failure, so that one run tells everything. What each says is shown whole when it ends.
 * @param {string} clone
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runChecks(clone, env) {
  const [program, ...args] = npmCommand();
  const waiting = longestFirst(checkNames(readProjectFile(clone, 'package.json').scripts));
  /** @type {string[]} */
  const failed = [];
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const {code, output} = await runQuietly(program, [...args, 'run', '--silent', name], {cwd: clone, env});
      say(`\n> npm run ${name}: ${code === 0 ? 'passed' : 'failed'}`);
      if (output !== '') process.stdout.write(output);
      if (code !== 0) failed.push(name);
    }
  };
  await Promise.all(Array.from({length: LANES}, lane));
  return failed;
}

/**
 * The linter takes as long as all others, and so goes first.
 * @param {readonly string[]} names
 */
const longestFirst = (names) => names.toSorted((a, b) => Number(b === 'lint') - Number(a === 'lint'));
