import {execFileSync} from 'node:child_process';
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

const startNode = () =>
  spawnNode({
    PARLEY_MEDIA_WORKERS: '1',
    PARLEY_MEDIA_PORT: '0',
    MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
  });

test('[CALL45] [CALL46] [CALL47] messages reach all or those named, in order, over a rebuild too, and no faster than they drain', async () => {
  await using node = await startNode();
  const enter = async (user: string): Promise<Caller> =>
    Caller.enter(browser, script, node.url, await node.token(user));
  const [ada, bob, cas] = [await enter('ada'), await enter('bob'), await enter('cas')];
  const [bobs, cass] = [await bob.session(), await cas.session()];

  await ada.openChannel('whisper', {to: [bobs ?? '']});
  await eventually(async () => (await ada.reached()).join() === bobs, 'the named one');
  await ada.send(1);
  await ada.openChannel('lossy', {maxRetransmits: 0});
  await eventually(async () => (await ada.reached()).length === 2, 'both on the lossy channel');
  // Each may be lost, but not all.
  await eventually(async () => {
    await ada.send(1);
    const all = [...(await bob.messages()), ...(await cas.messages())];
    return all.filter((text) => text === 'lossy message 0').length >= 2;
  }, 'lossy ones');
  await ada.openChannel('notes');
  await eventually(async () => (await ada.reached()).length === 2, 'both');
  await ada.send(200);
  const numbered = Array.from({length: 200}, (_, index) => `notes message ${index}`);
  const notesOf = async (caller: Caller) => (await caller.messages()).filter((text) => text.startsWith('notes'));
  await eventually(async () => (await notesOf(cas)).length === 200 && (await notesOf(bob)).length === 200, 'all notes');
  expect(await notesOf(cas)).toEqual(numbered);
  expect(await notesOf(bob)).toEqual(numbered);
  expect((await bob.messages()).filter((text) => text.startsWith('whisper'))).toEqual(['whisper message 0']);
  expect((await cas.messages()).filter((text) => text.startsWith('whisper'))).toEqual([]);

  // The limit of what may be sent is not reached, and what waits stays within what its sender lets wait.
  expect(await ada.send(30, 65_536)).toBeLessThan(400_000);
  await eventually(
    async () => (await notesOf(cas)).filter((text) => text === 'notes 65536 bytes').length === 30,
    'all',
  );
  expect(await ada.refusalOf(65_537)).toBe('too_large');

  const [worker] = execFileSync('pgrep', ['-P', String(node.pid)], {encoding: 'utf8'})
    .trim()
    .split('\n');
  process.kill(Number(worker), 'SIGKILL');
  await eventually(async () => (await ada.states()).includes('lost'), 'the loss');
  await eventually(
    async () => (await ada.reached()).toSorted().join() === [bobs, cass].toSorted().join(),
    'both again',
  );
  await ada.send(1);
  await eventually(async () => (await notesOf(cas)).at(-1) === 'notes message 0', 'a message after the rebuild');
});
