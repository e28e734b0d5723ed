/**
 * `npm test`: from a fresh clone to the result of all checks and tests. With arguments (`npm test -- chat`) only vitest
 * runs, and gets them.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {runChecks} from './setup/checks.mjs';
import {cloneFolder} from './setup/clone.mjs';
import {needChromium, needFfmpeg, needPython, needRedis, needTurn, wishNats} from './setup/programs.mjs';
import {say} from './setup/progress.mjs';
import {Refusal} from './setup/refusal.mjs';
import {runScript} from './setup/script.mjs';
import {runShown} from './setup/run.mjs';
import {environmentWith, setUp} from './setup/set-up.mjs';
import {readReport, summaryLine} from './setup/test-summary.mjs';

await runScript(async () => {
  const result = await setUp(cloneFolder);
  if (result.worker === undefined) throw new Refusal(result.withoutWorker);
  const redis = await needRedis('Testing');
  const chromium = await needChromium('Testing');
  const turnserver = await needTurn('Testing');
  const python = await needPython('Testing');
  const ffmpeg = await needFfmpeg('Testing');
  const nats = await wishNats('Testing');
  const env = {
    ...environmentWith(result.worker),
    REDIS_SERVER_BIN: redis,
    CHROMIUM_BIN: chromium,
    PYTHON_BIN: python,
    TURNSERVER_BIN: turnserver,
    PARLEY_FFMPEG_BIN: ffmpeg,
    ...(nats !== undefined && {NATS_SERVER_BIN: nats}),
    // The build is current: set-up has just seen to it.
    PARLEY_TEST_BUILD: 'skip',
  };
  const vitestArgs = process.argv.slice(2);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());

  const reportFile = join(cloneFolder, 'node_modules', '.cache', 'parley', 'tests.json');
  rmSync(reportFile, {force: true});
  mkdirSync(dirname(reportFile), {recursive: true});
  const vitest = join(cloneFolder, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const [code, checks] = await Promise.all([
    runShown(process.execPath, [vitest, 'run', ...reporters, ...vitestArgs], {cwd: cloneFolder, env}),
    vitestArgs.length > 0 ? [] : runChecks(cloneFolder, env, interrupted.signal),
  ]);

  // Told when the tests have ended: on a terminal vitest rewrites the lines at the end of the screen.
  for (const {name, passed, output} of checks) {
    say(`\n> npm run ${name}: ${passed ? 'passed' : 'failed'}`);
    if (output !== '') console.log(output.trimEnd());
  }
  const failedChecks = checks.filter(({passed}) => !passed);
  if (failedChecks.length > 0) say(`Failed: ${failedChecks.map(({name}) => `npm run ${name}`).join(', ')}`);
  console.log(summaryLine(readReport(reportFile), code, failedChecks.length));
  return code || (failedChecks.length > 0 ? 1 : 0);
});
