import {expect, test} from 'vitest';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {eventually} from '../../../server/test/eventually.js';
import {startNode} from '../../../server/test/start-node.js';

/** `keyFrameRequestDelay` of media/src/room.ts. */
const delayMs = 500;
const layers = 3;

test('[CALL50] thirty who begin to watch within a second cost the publisher a few key frames of each layer, not thirty', async () => {
  using watch = new WorkerWatch();
  await using node = await startNode({
    env: {
      PARLEY_MEDIA_WORKERS: '1',
      PARLEY_MEDIA_PORT: '0',
      MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
    },
  });
  const [script, browser] = await Promise.all([bundleCallPage(), launch()]);
  try {
    const url = node.url;
    const ada = await Caller.enter(browser, script, url, await node.token('ada'));
    const bob = await Caller.enter(browser, script, url, await node.token('bob'));
    await Promise.all([ada.sees(), bob.sees()]);
    // What the two cost each other is over.
    let before = -1;
    await eventually(async () => {
      const [last, now] = [before, (before = await ada.keyFramesAsked())];
      await new Promise((resolve) => setTimeout(resolve, 2 * delayMs));
      return last === now;
    }, 'quiet');
    const tookMs = await watch.storm(30);
    const most = layers * (1 + Math.ceil(tookMs / delayMs));
    await eventually(async () => (await ada.keyFramesAsked()) > before, 'a request');
    await new Promise((resolve) => setTimeout(resolve, 3 * delayMs));
    const asked = (await ada.keyFramesAsked()) - before;
    console.log(JSON.stringify({receivers: 30, tookMs: Math.round(tookMs), asked, most}));
    expect(asked).toBeLessThanOrEqual(most);
  } finally {
    await browser.close();
  }
});
