import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {eventually} from './clients.js';

let browser: Browser;
let script: string;

beforeAll(async () => {
  [script, browser] = await Promise.all([bundleCallPage(), launch()]);
});
afterAll(async () => {
  await browser.close();
});

test('[CALL33] [CALL35] [CALL73] whose DTLS ends goes on by other transports: seen, heard and muted as before, and nobody joins anew', async () => {
  await using node = await spawnNode({
    PARLEY_MEDIA_WORKERS: '1',
    PARLEY_MEDIA_PORT: '0',
    MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
  });
  const enter = async (user: string): Promise<Caller> =>
    Caller.enter(browser, script, node.url, await node.token(user));
  const [ada, bob] = [await enter('ada'), await enter('bob')];
  const replaced = async (): Promise<string[]> => {
    const metrics = await (await fetch(`${node.opsUrl}/metrics`)).text();
    return [...metrics.matchAll(/^parley_call_transports_replaced_total\{direction="(\w+)"\} ([1-9]\d*)$/gm)]
      .map(([, direction = '', count = '']) => `${direction} ${count}`)
      .toSorted();
  };
  await bob.sees();
  await ada.sees();
  await ada.openChannel('notes');
  await eventually(async () => (await ada.reached()).length === 1, 'the channel');

  const before = await bob.track();
  await ada.breakConnections();
  await eventually(async () => (await replaced()).join() === 'receive 1,send 1', 'both to be replaced');
  await eventually(async () => (await bob.track()) !== before, 'the next track');
  await bob.sees();
  await ada.sees();
  await eventually(async () => (await ada.states()).at(-1) === 'connected', 'the end of the trouble');
  expect(await ada.states()).toEqual(['media', 'connected']);
  expect(await bob.states()).toEqual([]);
  await eventually(async () => (await bob.others()).join() === 'connected', 'the end of the trouble there');
  expect(new Set(await bob.changes())).toEqual(new Set(['reconnecting', 'connected']));

  // The channel is the same, opened again.
  await eventually(async () => (await ada.reached()).length === 1, 'the channel again');
  expect(await ada.channelNews()).toEqual(['interrupted', 'open']);
  await ada.send(1);
  await eventually(async () => (await bob.messages()).includes('notes message 0'), 'a message');

  // What is paused stays so when it goes on.
  await ada.mute(true);
  await eventually(async () => (await bob.paused()) === true, 'the pause');
  await ada.breakConnections();
  await eventually(async () => (await replaced()).join() === 'receive 2,send 2', 'both to be replaced again');
  await eventually(async () => (await ada.states()).at(-1) === 'connected', 'the end of the trouble again');
  expect(await bob.paused()).toBe(true);
  await ada.mute(false);
  await bob.sees();
  expect(await bob.changes()).not.toContain('left');
});
