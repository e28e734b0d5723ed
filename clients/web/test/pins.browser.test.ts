import {expect, test} from 'vitest';
import {launchBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {enter, eventually, expectNoProblems} from './person.js';
import {shot} from './shot.js';

test.skipIf(!hasWorker)(
  '[CALL53] who is pinned, by mouse or by keyboard, is large and sent, whoever else there is, until they are unpinned',
  async () => {
    const node = await startCallNode({PARLEY_CALL_VIDEOS: '1'});
    await using browser = await launchBrowser();
    try {
      const url = `${node.url}?room=pins`;
      await using ada = await enter(browser, url, 'Ada');
      await using bo = await enter(browser, url, 'Bo');
      await using cy = await enter(browser, url, 'Cy');
      for (const one of [ada, bo, cy]) await one.joinCall();
      const tile = (user: string) => ada.page.locator(`[data-testid=tile-person][data-user=${user}]`);
      const seen = async (): Promise<string[]> => {
        const users = await Promise.all(
          ['bo', 'cy'].map(async (user) => [user, await tile(user).getByTestId('video').count()] as const),
        );
        return users.filter(([, count]) => count > 0).map(([user]) => user);
      };
      await eventually(async () => (await seen()).length).toBe(1);
      const [shown] = await seen();
      const other = shown === 'bo' ? 'cy' : 'bo';
      await shot(ada.page, 'pins-none');

      const pin = tile(other).getByTestId('pin');
      await pin.focus();
      await ada.page.keyboard.press('Enter');
      await eventually(seen).toEqual([other]);
      expect(await tile(other).getByTestId('pin').getAttribute('aria-pressed')).toBe('true');
      const width = async (user: string): Promise<number> => (await tile(user).boundingBox())?.width ?? 0;
      expect(await width(other)).toBeGreaterThan(2 * (await width(shown ?? '')));
      await eventually(() =>
        tile(other)
          .getByTestId('pin')
          .evaluate((button) => button === document.activeElement),
      ).toBe(true);
      await shot(ada.page, 'pins-one');

      await tile(other).getByTestId('pin').click();
      await eventually(() => tile(other).getByTestId('pin').getAttribute('aria-pressed')).toBe('false');
      await eventually(async () => (await seen()).length).toBe(1);
      expectNoProblems(ada, bo, cy);
    } finally {
      await node.close();
    }
  },
);
