import {join} from 'node:path';
import type {Browser} from 'playwright-core';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {temporaryFolder} from '../../../server/test/temporary-folder.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {eventually} from './clients.js';
import {hasFfmpeg, listIn, pictures, recordingInto, recordingsIn} from './recordings.js';

let browser: Browser;
let script: string;
beforeAll(async () => {
  [script, browser] = await Promise.all([bundleCallPage(), launch()]);
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(() => browser.close());

/** What would be dropped for want of bandwidth begins to be some seconds after the full size came. */
const beforeMs = 6_000;
const seconds = 3;

/** Rates are for a machine that does nothing else; one that stalls meanwhile is given another call. */
test.for(['VP8', 'H264', 'VP9'] as const)(
  '[CALL75] every picture that is sent of %s is in the file',
  {timeout: 150_000, retry: 2},
  async (codec, context) => {
    context.skip(!hasFfmpeg, 'there is no ffmpeg');
    const folder = temporaryFolder();
    await using node = await spawnNode(recordingInto(folder));
    const ada = await Caller.enter(browser, script, node.url, await node.token('ada'), {codec});
    const recording = `/v1/calls/${codec}/recording`;
    expect((await ops(node, 'POST', `${recording}/start`, {mixed: false})).status).toBe(204);
    await eventually(async () => (await ada.widthSent()) === 1_280, 'the full size', 60_000);
    const full = Date.now();
    await eventually(() => Date.now() - full >= beforeMs + seconds * 1_000, 'some seconds of it');
    const sent = await ada.rateSent();
    expect((await ops(node, 'POST', `${recording}/stop`)).status).toBe(204);

    const [name = ''] = await recordingsIn(folder);
    const path = join(folder, name, 'part-1');
    await eventually(async () => (await listIn(path)).stoppedAt !== null, 'the files');
    const camera = (await listIn(path)).tracks.find(({codec: each}) => each === `video/${codec}`);
    const seen = await pictures(join(path, camera?.file ?? ''));
    const last = seen.at(-1)?.at ?? 0;
    const written = seen.filter(({at}) => at > last - seconds).length / seconds;
    console.log(JSON.stringify({codec, sent, written}));
    expect(written / sent).toBeGreaterThan(0.8);
  },
);
