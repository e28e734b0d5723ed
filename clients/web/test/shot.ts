import type {Page} from 'playwright-core';

/** A picture of the page in the folder that `PARLEY_TEST_SHOTS` names, for somebody who wants to look; else none. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['PARLEY_TEST_SHOTS'];
  if (folder !== undefined) await page.screenshot({path: `${folder}/${name}.png`});
}
