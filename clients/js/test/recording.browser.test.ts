import {execFile} from 'node:child_process';
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {temporaryFolder} from '../../../server/test/temporary-folder.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {eventually} from './clients.js';
import {flowingIn, hasFfmpeg, listIn, probe, recordingInto, recordingsIn} from './recordings.js';

const run = promisify(execFile);

let browser: Browser;
let script: string;
beforeAll(async () => {
  [script, browser] = await Promise.all([bundleCallPage(), launch()]);
});
afterAll(() => browser.close());

/** For longer, the test says what an hour takes, of each track and of all in one. */
const seconds = Number(process.env['PARLEY_RECORDING_SECONDS'] ?? 3);
const measured = seconds > 3;
const sayAnHour = async (what: string, file: string, lasts: number): Promise<void> => {
  const {size} = await stat(file);
  console.log(`${what}: ${Math.round((size * 3_600) / lasts / 1e6)} MB an hour`);
};

test(
  '[CALL41] two browsers are recorded, each track to a file, and the files begin in step and outlive a kill',
  {timeout: (120 + 8 * seconds) * 1_000},
  async (context) => {
    context.skip(!hasFfmpeg, 'there is no ffmpeg');
    const folder = temporaryFolder();
    await using node = await spawnNode(recordingInto(folder));
    const ada = await Caller.enter(browser, script, node.url, await node.token('ada'));
    const bob = await Caller.enter(browser, script, node.url, await node.token('bob'));
    await Promise.all([ada.sees(), bob.sees()]);
    const {calls} = (await ops(node, 'GET', '/v1/calls')).body as {calls: {room: string}[]};
    const room = calls[0]?.room ?? '';
    const began = Date.now();
    const started = await ops(node, 'POST', `/v1/calls/${room}/recording/start`, {mixed: measured});
    expect(started).toEqual({status: 204, body: undefined});
    const [name] = await recordingsIn(folder);
    const path = join(folder, name ?? '', 'part-1');
    await eventually(async () => (await flowingIn(path)).length === 4, 'four tracks');
    const all = Date.now();
    await eventually(() => Date.now() - all >= seconds * 1_000, 'seconds of everything', (seconds + 15) * 1_000);
    expect(await ops(node, 'POST', `/v1/calls/${room}/recording/stop`)).toEqual({status: 204, body: undefined});
    await eventually(async () => (await listIn(path)).stoppedAt !== null, 'the files');
    const lasted = (Date.now() - began) / 1_000;

    const {tracks} = await listIn(path);
    expect(tracks.map(({user, source}) => `${user} ${source}`).sort()).toEqual([
      'ada camera',
      'ada microphone',
      'bob camera',
      'bob microphone',
    ]);
    expect(Math.min(...tracks.map(({offsetMs}) => offsetMs ?? Infinity))).toBe(0);
    const ends: number[] = [];
    for (const {file, user, source, offsetMs} of tracks) {
      const {codec, seconds: lasts} = await probe(join(path, file));
      if (measured) await sayAnHour(`${source} of ${user}, ${codec}`, join(path, file), lasts);
      expect(codec).toMatch(source === 'microphone' ? /^opus$/ : /^(vp8|vp9|h264)$/);
      expect(lasts).toBeGreaterThan(seconds - 0.5);
      expect(lasts).toBeLessThan(lasted);
      ends.push((offsetMs ?? 0) / 1_000 + lasts);
    }
    if (measured) {
      await eventually(async () => (await listIn(path)).mixed?.state === 'made', 'the mix', 300_000);
      const mix = join(path, 'mixed.webm');
      await sayAnHour('all in one', mix, (await probe(mix)).seconds);
    }
    // They were stopped together, so with their offsets they end together, but for pictures that were still under way.
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(1.5);

    // Killed in the middle of it, the node leaves no process, and files that play.
    expect((await ops(node, 'POST', `/v1/calls/${room}/recording/start`)).status).toBe(204);
    const second = join(folder, (await recordingsIn(folder)).find((each) => each !== name) ?? '', 'part-1');
    const files = async (): Promise<readonly string[]> =>
      (await readdir(second)).filter((file) => file.endsWith('.webm')).map((file) => join(second, file));
    const sizes = async (): Promise<readonly number[]> =>
      Promise.all((await files()).map(async (file) => (await stat(file)).size));
    await eventually(async () => {
      const written = await sizes();
      return written.length === 4 && written.every((bytes) => bytes > 1_000);
    }, 'something of every track');
    process.kill(node.pid, 'SIGKILL');
    await eventually(
      () =>
        run('pgrep', ['-f', second]).then(
          () => false,
          () => true,
        ),
      'the end of the writers',
    );
    for (const file of await files()) expect((await probe(file)).seconds).toBeGreaterThan(0);
    await Promise.all([ada.close(), bob.close()]);
  },
);
