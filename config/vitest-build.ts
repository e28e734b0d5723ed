import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = Symbol.for('parley.built');
const store = globalThis as {[built]?: Promise<unknown> | undefined};

/**
 * Builds the workspace once for all projects, because some tests start the server as a process of its own from `dist`.
 * `PARLEY_TEST_BUILD=skip` takes `dist` as it is.
 */
export async function setup(): Promise<void> {
  if (process.env['PARLEY_TEST_BUILD'] === 'skip') return;
  store[built] ??= promisify(execFile)('npm', ['run', '--silent', 'build'], {cwd: root}).catch((cause: unknown) => {
    const output = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : '';
    throw new Error(`The build failed, so the tests would run on stale code.\n${output}`, {cause});
  });
  await store[built];
}
