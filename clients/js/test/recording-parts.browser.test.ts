import {join} from 'node:path';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {startRedis} from '../../../server/test/redis-server.js';
import {spawnNode, type SpawnedNode} from '../../../server/test/spawn-node.js';
import {temporaryFolder} from '../../../server/test/temporary-folder.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {eventually} from './clients.js';
import {flowingIn, hasFfmpeg, listIn, probe, recordingInto, recordingsIn, type List} from './recordings.js';

let browser: Browser;
let script: string;
beforeAll(async () => {
  [script, browser] = await Promise.all([bundleCallPage(), launch()]);
});
afterAll(() => browser.close());

/** Milliseconds since the Unix epoch at which each file of a part begins and ends, by what a player finds in it. */
async function spans(path: string, {zeroAt, tracks}: List): Promise<readonly {from: number; to: number}[]> {
  return Promise.all(
    tracks.map(async ({file, offsetMs}) => {
      const from = (zeroAt ?? 0) + (offsetMs ?? 0);
      return {from, to: from + 1_000 * (await probe(join(path, file))).seconds};
    }),
  );
}

test('[CALL43] the media node of a recorded call is killed: it is recorded on at another, as a part that begins when and as it says', async (context) => {
  context.skip(!hasFfmpeg, 'there is no ffmpeg');
  const folder = temporaryFolder();
  await using redis = await startRedis();
  const env = {...recordingInto(folder), REDIS_URL: redis.url};
  await using hub = await spawnNode({...env, PARLEY_MEDIA_WORKERS: '0', PARLEY_ROLE: 'hub', PARLEY_NODE_NAME: 'hub'});
  await using one = await spawnNode({...env, PARLEY_ROLE: 'media', PARLEY_NODE_NAME: 'one'});
  await using two = await spawnNode({...env, PARLEY_ROLE: 'media', PARLEY_NODE_NAME: 'two'});
  const ada = await Caller.enter(browser, script, hub.url, await hub.token('ada'));
  const bob = await Caller.enter(browser, script, hub.url, await hub.token('bob'));
  await Promise.all([ada.sees(), bob.sees()]);
  const running = async (): Promise<{room: string; node: string} | undefined> =>
    ((await ops(hub, 'GET', '/v1/calls')).body as {calls: {room: string; node: string}[]}).calls[0];
  const call = await running();
  const owner: SpawnedNode = call?.node === one.node ? one : two;
  const recording = `/v1/calls/${call?.room ?? ''}/recording`;
  expect((await ops(hub, 'POST', `${recording}/start`)).status).toBe(204);
  const [name = ''] = await recordingsIn(folder);
  const parts = [join(folder, name, 'part-1'), join(folder, name, 'part-2')] as const;
  const recorded = async (path: string): Promise<void> => {
    await eventually(async () => (await flowingIn(path).catch(() => [])).length === 4, `four tracks in ${path}`);
    const all = Date.now();
    await eventually(() => Date.now() - all >= 4_000, 'four seconds of everything');
  };
  await recorded(parts[0]);
  const killedAt = Date.now();
  owner.kill('SIGKILL');
  await recorded(parts[1]);
  expect((await running())?.node).not.toBe(owner.node);
  expect((await ops(hub, 'POST', `${recording}/stop`)).status).toBe(204);
  await eventually(async () => (await listIn(parts[1])).stoppedAt !== null, 'the files');

  const [before, after] = [await listIn(parts[0]), await listIn(parts[1])];
  expect(before).toMatchObject({part: 1, gapMs: null, ended: null, missing: []});
  expect(after).toMatchObject({part: 2, ended: 'stopped'});
  expect(new Set(after.tracks.map(({user, source}) => `${user} ${source}`)).size).toBe(4);
  const [first, second] = [await spans(parts[0], before), await spans(parts[1], after)];
  // Of each track all was kept up to the kill, but for what was being written, and together with the others.
  for (const {from, to} of first) {
    expect(to - from).toBeGreaterThan(1_500);
    expect(Math.abs(to - killedAt)).toBeLessThan(2_000);
  }
  // Nothing is in both, and the gap is what the list says: noted every 5 s, so at most that much too long.
  const began = Math.min(...second.map(({from}) => from));
  expect(began).toBeGreaterThan(Math.max(...first.map(({to}) => to)));
  expect(after.gapMs).toBeGreaterThan(0);
  expect((after.gapMs ?? 0) - (began - killedAt)).toBeLessThan(6_000);
  const ends = second.map(({to}) => to);
  expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(1_500);
  await Promise.all([ada.close(), bob.close()]);
});
