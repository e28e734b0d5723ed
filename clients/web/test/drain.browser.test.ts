import {existsSync} from 'node:fs';
import {expect, test} from 'vitest';
import {startRedis} from '../../../server/test/redis-server.js';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {launchBrowser} from './browser.js';
import {enter, expectNoProblems, mediaFlows, type Person} from './person.js';

const workerBin = process.env['MEDIASOUP_WORKER_BIN'] ?? '';

/** How long the media that a moved call left goes on, for those who are slow to follow; more than this is told first. */
const leastGlowMs = 7_000;

interface Heard {
  readonly text: string;
  /** Milliseconds. */
  readonly at: number;
}

/** Notes from now on what the page says of the call, however short a time. */
async function listen({page}: Person): Promise<void> {
  await page.evaluate(() => {
    const heard: Heard[] = ((window as {parleyHeard?: Heard[]}).parleyHeard = []);
    const line = document.querySelector('[data-testid=call-state]');
    if (line === null) return;
    new MutationObserver(() => {
      if (line.textContent !== '') heard.push({text: line.textContent, at: performance.now()});
    }).observe(line, {childList: true, characterData: true, subtree: true});
  });
}
const heard = ({page}: Person): Promise<Heard[]> =>
  page.evaluate(() => (window as {parleyHeard?: Heard[]}).parleyHeard ?? []);

test.skipIf(!existsSync(workerBin))(
  '[CALL31] [DRAIN9] when a node stops, people in its call are told that it moves, and see and hear each other on',
  async () => {
    await using redis = await startRedis();
    const media = {MEDIASOUP_WORKER_BIN: workerBin, PARLEY_MEDIA_WORKERS: '1', PARLEY_MEDIA_PORT: '0'};
    const env = {...media, PARLEY_DEV_TOKENS: '1', REDIS_URL: redis.url};
    await using stopping = await spawnNode({...env, PARLEY_NODE_NAME: 'stopping'});
    await using staying = await spawnNode({...env, PARLEY_NODE_NAME: 'staying'});
    await using browser = await launchBrowser();
    const url = `${stopping.url}/?room=moving&servers=${encodeURIComponent(staying.url)}`;
    await using ada = await enter(browser, url, 'Ada');
    await using bo = await enter(browser, url, 'Bo');
    for (const one of [ada, bo]) await one.joinCall();
    await Promise.all([mediaFlows(ada), mediaFlows(bo)]);
    await Promise.all([listen(ada), listen(bo)]);
    stopping.kill('SIGTERM');
    expect(await stopping.ended).toBe(0);
    for (const [one, other] of [
      [ada, 'bo'],
      [bo, 'ada'],
    ] as const) {
      await one.page.locator('[data-testid=call-state][data-status=connected]').waitFor({state: 'attached'});
      await one.page.locator(`[data-testid=tile-person][data-user=${other}]`).getByTestId('video').waitFor();
      await mediaFlows(one);
      const said = await heard(one);
      const moves = said.find(({text}) => text.startsWith('The call moves to another media server'));
      expect(moves).toBeDefined();
      // A browser that is too slow to have followed by then loses the old media, and not before.
      const lost = said.find(({text}) => text.includes('was lost'));
      expect((lost?.at ?? Infinity) - (moves?.at ?? 0)).toBeGreaterThan(leastGlowMs);
    }
    expectNoProblems(ada, bo);
  },
);
