import type {Browser} from 'playwright-core';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {eventually} from './clients.js';

let browser: Browser;
let script: string;
beforeAll(async () => {
  [script, browser] = await Promise.all([bundleCallPage(), launch()]);
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(() => browser.close());

const patientMs = 60_000;
/**
 * Of VP8 and H264 each size is a stream of its own; of VP9 all are in one. The largest needs a path without delays: what a
 * machine that stalls takes from one stays taken for minutes ([CALL23]), so that a new call is tried then.
 */
test.each([
  {codec: 'VP8', streams: 3},
  {codec: 'H264', streams: 3},
  {codec: 'VP9', streams: 1},
] as const)(
  '[CALL15] [CALL16] [CALL21] of $codec the whole picture comes, who shows it small gets a small layer, and what nobody is shown is not sent',
  {timeout: 4 * patientMs, retry: 2},
  async ({codec, streams}) => {
    await using node = await spawnNode({
      PARLEY_MEDIA_WORKERS: '1',
      PARLEY_MEDIA_PORT: '0',
      MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
    });
    const ada = await Caller.enter(browser, script, node.url, await node.token('ada'), {codec});
    const bob = await Caller.enter(browser, script, node.url, await node.token('bob'), {codec});
    // Hers is not looked at: the machine encodes one camera.
    await bob.setView('hidden');
    await ada.sees();
    expect(await ada.decodedAs()).toEqual([`video/${codec}`]);
    await eventually(async () => (await ada.width()) === 1_280, 'the whole picture', patientMs);
    expect(await bob.layersSent()).toBe(streams);
    await ada.setView({width: 160, height: 120});
    await eventually(async () => (await ada.width()) === 320, 'the small picture');
    await eventually(async () => (await bob.widthSent()) === 320, 'no larger one to be sent');
    expect(await bob.layersSent()).toBe(1);
    await ada.setView('hidden');
    await eventually(async () => (await bob.widthSent()) === 0, 'nothing to be sent');
    await ada.setView({width: 1_280, height: 720});
    await eventually(async () => (await ada.width()) === 1_280, 'the whole picture again', patientMs);
    expect(await bob.layersSent()).toBe(streams);
    await ada.sees();
  },
);
