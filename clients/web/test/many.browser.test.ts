import {test} from 'vitest';
import {launchBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {enter, eventually, expectNoProblems} from './person.js';
import {shot} from './shot.js';

test.skipIf(!hasWorker)(
  '[CALL48] with more cameras than are sent at once, the page shows those that are, and says how many are not',
  async () => {
    const node = await startCallNode({PARLEY_CALL_VIDEOS: '1'});
    await using browser = await launchBrowser();
    try {
      const url = `${node.url}?room=crowd`;
      await using ada = await enter(browser, url, 'Ada');
      await using bo = await enter(browser, url, 'Bo');
      await using cy = await enter(browser, url, 'Cy');
      for (const one of [ada, bo, cy]) await one.joinCall();
      await eventually(() => ada.page.getByTestId('not-shown').allInnerTexts()).toEqual(['Not shown: 1 more video']);
      // One's own, and one of the others.
      await eventually(() => ada.page.getByTestId('video').count()).toBe(2);
      const before = await ada.tab.decoded();
      await eventually(async () => (await ada.tab.decoded()).videoFrames).toBeGreaterThan(before.videoFrames + 20);
      await shot(ada.page, 'not-shown');
      await cy.page.getByTestId('leave-call').click();
      await eventually(() => ada.page.getByTestId('not-shown').count()).toBe(0);
      expectNoProblems(ada, bo, cy);
    } finally {
      await node.close();
    }
  },
);
