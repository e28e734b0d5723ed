import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface LoadRun<Result> {
  readonly stdout: string;
  /** What `--json` wrote. */
  readonly result: Result;
  /** What `--report` drew. */
  readonly page: string;
}

/** Runs a scenario as `npm run load` does once all is built, and gives what it wrote. */
export async function runLoad<Result>(...args: string[]): Promise<LoadRun<Result>> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-load-'));
  try {
    const [json, report] = [join(folder, 'result.json'), join(folder, 'report.html')];
    const {stdout} = await run(process.execPath, [main, ...args, '--json', json, '--report', report], {cwd: root});
    const result = JSON.parse(await readFile(json, 'utf8')) as Result;
    return {stdout, result, page: await readFile(report, 'utf8')};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}
