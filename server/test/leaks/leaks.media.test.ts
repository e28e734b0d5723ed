import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

// Three looks at the whole heap take seconds, and many where the cores are shared.
// In a process of its own: what is counted in this one would be the test runner's too.
test('[CALL10] of calls that came and went, and of workers killed under them, nothing is left', async () => {
  const size = ['--joins', '60', '--kills', '1'];
  const outcome = await run('npm', ['run', '-s', 'test:leaks', '--', ...size], {cwd: root}).catch(
    (failed: unknown) => failed,
  );
  expect(outcome).toMatchObject({stdout: expect.stringContaining('nothing is left') as unknown});
}, 240_000);
