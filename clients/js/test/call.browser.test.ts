import {execFileSync} from 'node:child_process';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {spawnNode, type SpawnedNode} from '../../../server/test/spawn-node.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {Speech} from './browser/speech.js';
import {eventually} from './clients.js';
import {TcpProxy} from './tcp-proxy.js';
import {TurnServer} from './turn-server.js';

let browser: Browser;
let script: string;
let speech: Speech;

beforeAll(async () => {
  speech = await Speech.write();
  [script, browser] = await Promise.all([bundleCallPage(), launch({microphone: speech.file})]);
});
afterAll(async () => {
  await browser.close();
  await speech[Symbol.asyncDispose]();
});

/** A node of its own process, so that its media workers are its children and nobody else's. */
const startNode = (env: Readonly<Record<string, string>> = {}): Promise<SpawnedNode> =>
  spawnNode({
    ...env,
    PARLEY_MEDIA_WORKERS: '1',
    PARLEY_MEDIA_PORT: '0',
    MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
  });

const workers = ({pid}: SpawnedNode): number[] =>
  execFileSync('pgrep', ['-P', String(pid)], {encoding: 'utf8'})
    .trim()
    .split('\n')
    .map(Number);

const two = async (node: SpawnedNode, url = node.url): Promise<readonly [Caller, Caller]> => {
  const ada = await Caller.enter(browser, script, url, await node.token('ada'));
  const bob = await Caller.enter(browser, script, node.url, await node.token('bob'));
  await Promise.all([ada.sees(), bob.sees()]);
  return [ada, bob];
};

test('[CALL8] a cut of signaling leaves media as it is: same session, same track, frames go on', async () => {
  await using node = await startNode();
  await using proxy = await TcpProxy.to(node.url);
  const [ada, bob] = await two(node, proxy.url);
  const before = [await ada.session(), await ada.track(), await bob.track()];
  proxy.cut();
  await eventually(async () => (await ada.states()).at(-1) === 'connected', 'the resume');
  await Promise.all([ada.sees(), bob.sees()]);
  expect([await ada.session(), await ada.track(), await bob.track()]).toEqual(before);
  expect(await ada.states()).toEqual(['signaling', 'connected']);
  expect(await bob.states()).toEqual([]);
  await ada.mute(true);
  await eventually(async () => (await bob.paused()) === true, 'the mute');
  await ada.mute(false);
  await bob.sees();
  // One of the two came while the other sent, and one was gone for a moment.
  await eventually(async () => {
    const text = await (await fetch(`${node.opsUrl}/metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
    return (
      value('parley_call_resume_seconds_count') >= 1 &&
      value('parley_call_first_media_seconds_count') >= 1 &&
      value('parley_media_received_bytes_total') > 10_000 &&
      value('parley_media_sent_bytes_total') > 10_000 &&
      value('parley_media_worker_cpu_ratio{worker="0"}') > 0 &&
      value('parley_media_transports{direction="receive",state="connected"}') === 2
    );
  }, 'the metrics of all this');
});

test('a path that breaks is repaired and nothing is made anew: the same tracks go on', async () => {
  await using node = await startNode();
  const [ada, bob] = await two(node);
  const before = [await ada.track(), await bob.track()];
  const [worker] = workers(node);
  // Frozen, it answers no ICE checks: to the browsers that is a broken path.
  process.kill(worker!, 'SIGSTOP');
  await eventually(
    async () => (await ada.states()).includes('media') && (await bob.states()).includes('media'),
    'the break',
  );
  process.kill(worker!, 'SIGCONT');
  await Promise.all([ada.sees(), bob.sees()]);
  expect([await ada.track(), await bob.track()]).toEqual(before);
  await eventually(async () => (await ada.states()).at(-1) === 'connected', 'the repair');
  // Each transport has its own path, so there may be more than one spell of it. Meanwhile the connection of signaling is
  // doubted too, and a busy machine may not answer for it in time.
  const others = (await ada.states()).filter((state) => state !== 'signaling');
  expect(new Set(others)).toEqual(new Set(['media', 'connected']));
});

test('[CALL13] [CALL19] [CALL20] a media worker that dies takes no call with it: it is rebuilt, mute state and who speaks included', async () => {
  await using node = await startNode();
  const [ada, bob] = await two(node);
  const session = await ada.session();
  await bob.mute(true);
  await eventually(async () => (await ada.paused()) === true, 'the mute');
  for (const worker of workers(node)) process.kill(worker, 'SIGKILL');
  await bob.sees();
  await eventually(async () => (await ada.paused()) === true, 'the mute after the rebuild');
  expect(await ada.session()).toBe(session);
  expect(await ada.states()).toEqual(['lost', 'connected']);
  await bob.mute(false);
  // The microphones hum: who is not silenced speaks.
  await ada.silence(true);
  await eventually(async () => (await ada.speaker()) === (await bob.session()), 'the speaker');
  await eventually(async () => (await ada.heard()).join() === (await bob.session()), 'the levels');
  await ada.sees();
});

test('[CALL21] [CALL22] each codec of a room reaches the other, and sound is repaired and falls silent', async () => {
  await using node = await startNode();
  for (const codec of ['H264', 'AV1', 'VP9'] as const) {
    const ada = await Caller.enter(browser, script, node.url, await node.token('ada'), {codec});
    const bob = await Caller.enter(browser, script, node.url, await node.token('bob'), {codec});
    await ada.sees();
    expect(await ada.decodedAs()).toEqual([`video/${codec}`]);
    const sound = await bob.soundLines();
    expect(sound.filter((line) => line.includes('useinbandfec=1') && line.includes('usedtx=1'))).not.toEqual([]);
    expect(sound.filter((line) => /^a=rtcp-fb:\d+ nack/.test(line))).toHaveLength(2);
    await Promise.all([ada.close(), bob.close()]);
  }
});

test('[CALL18] who can reach media by a TURN server only is let through it with credentials of their own', async () => {
  const secret = 'a secret of sixteen letters';
  await using turn = await TurnServer.start(secret);
  await using node = await startNode({PARLEY_ICE_URLS: turn.url, PARLEY_TURN_SECRET: secret});
  const ada = await Caller.enter(browser, script, node.url, await node.token('ada'), {relay: true});
  const bob = await Caller.enter(browser, script, node.url, await node.token('bob'));
  await Promise.all([ada.sees(), bob.sees()]);
  expect(new Set(await ada.paths())).toEqual(new Set(['relay']));
  expect(await bob.paths()).not.toContain('relay');
  expect([...turn.users].map((user) => user.split(':')[1])).toContain('ada');
});
