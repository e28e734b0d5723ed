import {afterAll, beforeAll, expect, test} from 'vitest';
import type {TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type Devices, type TestBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {enter, eventually, type Person} from './person.js';
import {ownChildren, processTree, signalAll} from './process-tree.js';

/** What [CALL9] promises, by this test's own clock. */
const deadlineMs = 6_000;

let node: TestNode;
let survivor: TestBrowser;

beforeAll(async () => {
  expect(hasWorker, 'MEDIASOUP_WORKER_BIN names the media worker').toBe(true);
  node = await startCallNode();
  survivor = await launchBrowser();
});
afterAll(async () => {
  await survivor[Symbol.asyncDispose]();
  await node.close();
});

/** A browser whose processes can be stopped, continued and killed, all of them as one. */
interface Victim extends AsyncDisposable {
  readonly browser: TestBrowser;
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void;
}

async function launchVictim(devices: Devices = 'fake'): Promise<Victim> {
  const before = new Set(ownChildren());
  const browser = await launchBrowser({devices});
  const roots = ownChildren().filter((pid) => !before.has(pid));
  const signal = (name: NodeJS.Signals): void => {
    // Parents first: a process that stands still starts nothing.
    signalAll(roots.flatMap(processTree), name);
  };
  return {
    browser,
    signal,
    [Symbol.asyncDispose]: async () => {
      signal('SIGCONT');
      await browser[Symbol.asyncDispose]();
    },
  };
}

/** Both are decoded by the person from now on. */
async function mediaFlows({tab}: Person): Promise<void> {
  const before = await tab.decoded();
  await eventually(async () => (await tab.decoded()).videoFrames - before.videoFrames).toBeGreaterThan(60);
  await eventually(async () => (await tab.decoded()).audioSamples - before.audioSamples).toBeGreaterThan(48_000);
}

/** Does something to the other and waits until it is shown as reconnecting; how long that took. */
async function untilReconnecting(ada: Person, user: string, strike: () => void): Promise<number> {
  const reconnecting = ada.page.locator(`[data-testid=tile-person][data-user=${user}]`).getByTestId('reconnecting');
  expect(await reconnecting.count()).toBe(0);
  const struckAt = performance.now();
  strike();
  await reconnecting.waitFor({timeout: deadlineMs});
  return performance.now() - struckAt;
}

test('[CALL9] a browser that stands still is shown as reconnecting within 6 s, and as connected when it goes on', async () => {
  await using victim = await launchVictim();
  await using ada = await enter(survivor, `${node.url}?room=frozen`, 'Ada');
  await using bo = await enter(victim.browser, `${node.url}?room=frozen`, 'Bo');
  await ada.joinCall();
  await bo.joinCall();
  await Promise.all([mediaFlows(ada), mediaFlows(bo)]);

  const tookMs = await untilReconnecting(ada, 'bo', () => {
    victim.signal('SIGSTOP');
  });
  expect(tookMs).toBeLessThan(deadlineMs);
  victim.signal('SIGCONT');
  const boAtAda = ada.page.locator('[data-testid=tile-person][data-user=bo]');
  await boAtAda.getByTestId('reconnecting').waitFor({state: 'detached'});
  await Promise.all([mediaFlows(ada), mediaFlows(bo)]);
});

test('[CALL9] a browser that is killed is shown as reconnecting within 6 s', async () => {
  const victim = await launchVictim();
  await using ada = await enter(survivor, `${node.url}?room=killed`, 'Ada');
  const bo = await enter(victim.browser, `${node.url}?room=killed`, 'Bo');
  await ada.joinCall();
  await bo.joinCall();
  await Promise.all([mediaFlows(ada), mediaFlows(bo)]);
  const tookMs = await untilReconnecting(ada, 'bo', () => {
    victim.signal('SIGKILL');
  });
  expect(tookMs).toBeLessThan(deadlineMs);
});

test('[CALL9] so is one that stands still in a call where nobody sends anything', async () => {
  await using victim = await launchVictim('absent');
  await using listening = await launchBrowser({devices: 'absent'});
  await using ada = await enter(listening, `${node.url}?room=silent`, 'Ada');
  await using bo = await enter(victim.browser, `${node.url}?room=silent`, 'Bo');
  for (const {page} of [ada, bo]) {
    await page.getByTestId('open-call').click();
    await page.getByRole('button', {name: 'Join to listen'}).click();
    await page.getByTestId('stage').waitFor();
  }
  await ada.page.locator('[data-testid=tile-person][data-user=bo]').waitFor();
  const tookMs = await untilReconnecting(ada, 'bo', () => {
    victim.signal('SIGSTOP');
  });
  expect(tookMs).toBeLessThan(deadlineMs);
  victim.signal('SIGCONT');
  await ada.page
    .locator('[data-testid=tile-person][data-user=bo]')
    .getByTestId('reconnecting')
    .waitFor({state: 'detached'});
});
