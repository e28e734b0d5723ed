import {spawn} from 'node:child_process';
import {constants, setPriority} from 'node:os';

/**
 * The number a shell would report.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export const exitCodeOf = (code, signal) => code ?? 128 + (signal ? constants.signals[signal] : 0);

/**
 * Runs a program to its end with its output shown; it gets no stdin, so that nothing ever waits for an answer.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code, as a shell would report it
 */
export function runShown(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {stdio: ['ignore', 'inherit', 'inherit'], ...options});
    // A terminal sends Ctrl-C to the child too: wait for its end instead of leaving it behind.
    const wait = () => {};
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', wait).on('SIGTERM', forward);
    const done = () => process.off('SIGINT', wait).off('SIGTERM', forward);
    child.once('error', (error) => (done(), reject(error)));
    child.once('close', (code, signal) => (done(), resolve(exitCodeOf(code, signal))));
  });
}

/**
 * Runs a program to its end and keeps what it writes, both streams as one text. One that cannot be started, or that its
 * signal ends, has code 127.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & {yielding?: boolean}} [options] `yielding`: it, and what it starts,
 *   has the lowest priority for the processors
 * @returns {Promise<{code: number, output: string}>}
 */
export function runQuietly(program, args, {yielding = false, ...options} = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {...options, stdio: ['ignore', 'pipe', 'pipe']});
    if (yielding && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    const output = () => Buffer.concat(chunks).toString('utf8');
    child.once('error', (error) => {
      // What the program started may live on for a while; its pipes are not to keep this process.
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({code: 127, output: output() + error.message});
    });
    child.once('close', (code, signal) => resolve({code: exitCodeOf(code, signal), output: output()}));
  });
}

/**
 * npm of the same installation that runs us, else the one on PATH.
 * @returns {[program: string, ...args: string[]]}
 */
export function npmCommand() {
  const npm = process.env['npm_execpath'];
  return npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
}
