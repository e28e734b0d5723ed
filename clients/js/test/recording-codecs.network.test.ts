import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {temporaryFolder} from '../../../server/test/temporary-folder.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {eventually} from './clients.js';
import {ffmpeg, flowingIn, listIn, pictures, recordingInto, recordingsIn, widestSoFar} from './recordings.js';

const run = promisify(execFile);
const has = async (what: 'encoders' | 'decoders', name: string): Promise<boolean> =>
  run(ffmpeg, ['-hide_banner', `-${what}`]).then(
    ({stdout}) => stdout.includes(` ${name} `),
    () => false,
  );

let browser: Browser;
let script: string;
beforeAll(async () => {
  [script, browser] = await Promise.all([bundleCallPage(), launch()]);
});
afterAll(() => browser.close());

test.for([
  {codec: 'VP8', decoder: 'vp8'},
  {codec: 'H264', decoder: 'h264'},
  {codec: 'VP9', decoder: 'libvpx-vp9'},
  {codec: 'AV1', decoder: 'libdav1d'},
] as const)(
  '[CALL75] $codec of somebody whom nobody looks at is recorded in its full size, plays, and is mixed',
  {timeout: 320_000},
  async ({codec, decoder}, context) => {
    context.skip(!(await has('encoders', 'libvpx')), 'there is no ffmpeg with libvpx');
    context.skip(!(await has('decoders', decoder)), `this ffmpeg cannot decode ${codec}`);
    const folder = temporaryFolder();
    await using node = await spawnNode({...recordingInto(folder), PARLEY_RECORDING_MIXED_HEIGHT: '180'});
    const ada = await Caller.enter(browser, script, node.url, await node.token('ada'), {codec});
    // Nobody sees her: what is not recorded is not sent.
    await eventually(async () => (await ada.layersSent()) === 0, 'a camera that rests');
    const recording = `/v1/calls/${codec}/recording`;
    expect((await ops(node, 'POST', `${recording}/start`, {mixed: true})).status).toBe(204);
    const [name = ''] = await recordingsIn(folder);
    const path = join(folder, name, 'part-1');
    await eventually(async () => (await flowingIn(path)).length === 2, 'sound and pictures');
    const camera = (await flowingIn(path)).find(({codec: each}) => each === `video/${codec}`);
    const file = join(path, camera?.file ?? '');
    // A browser grows as it finds that more passes, and what it says of a size it sent holds also when that has stopped.
    await eventually(async () => (await widestSoFar(file)) === 1_280, 'the full size', 90_000);
    const begun = Date.now();
    await eventually(() => Date.now() - begun >= 3_000, 'three seconds of both');
    expect((await ops(node, 'POST', `${recording}/stop`)).status).toBe(204);
    await ada.close();
    // What mixes goes behind everything else on the machine.
    await eventually(async () => (await listIn(path)).mixed?.state !== 'wanted', 'the mix', 150_000);

    const {missing, mixed} = await listIn(path);
    expect(missing).toEqual([]);
    const seen = await pictures(file);
    expect(seen.length).toBeGreaterThan(5);
    expect(Math.max(...seen.map(({width}) => width))).toBe(1_280);
    const times = seen.map(({at}) => at);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1);
    expect(mixed).toEqual({state: 'made', file: 'mixed.webm'});
    expect((await pictures(join(path, 'mixed.webm'))).length).toBeGreaterThan(25);
  },
);
