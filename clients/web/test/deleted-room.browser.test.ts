import {afterAll, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {startNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {cuttableProxy} from './cuttable-proxy.js';
import {enter, eventually, expectNoProblems} from './person.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

test('[ROOM12] whoever was away for longer than their session lasts reads that the room was deleted, and it stays so until they make it anew', async () => {
  await using node = await startNode({env: {PARLEY_RESUME_WINDOW: '1s'}});
  await using front = await cuttableProxy(node.url);
  await using ada = await enter(browser, `${front.url}?room=den`, 'Ada');
  await using bo = await enter(browser, `${node.url}?room=den`, 'Bo');
  await bo.page.getByTestId('new-room').click();
  await bo.page.getByTestId('room-title').fill('attic');
  await bo.page.getByTestId('room-title').press('Enter');
  await bo.page.getByRole('heading', {level: 1, name: 'attic'}).waitFor();
  const {page} = ada;
  await ada.say('the last word');
  await ada.sees('the last word');
  await front.cut();
  await page.getByTestId('connection').filter({hasText: 'You are offline'}).waitFor();
  await eventually(async () => (await ops(node, 'GET', '/v1/users/ada/sessions')).body).toMatchObject({sessions: []});
  expect((await ops(node, 'DELETE', '/v1/rooms/den')).status).toBe(204);
  // Who looks at another room is told aside.
  await bo.page.locator('.toast--info').filter({hasText: 'den was deleted.'}).waitFor();
  await bo.page.getByTestId('room-den').waitFor({state: 'detached'});
  expect(await bo.page.getByRole('heading', {level: 1}).innerText()).toBe('attic');
  expectNoProblems(bo);

  await front.mend();
  // So that it need not wait for its next try.
  await page.evaluate(() => dispatchEvent(new Event('online')));

  const empty = page.getByTestId('no-room').filter({hasText: 'den was deleted'});
  await empty.waitFor();
  expect(await page.getByTestId('room-den').count()).toBe(0);
  expect(await page.getByTestId('toast').count()).toBe(0);
  const still = {status: 410, body: {code: 'room_deleted'}};
  expect(await ops(node, 'GET', '/v1/rooms/den')).toMatchObject(still);
  // The link of old leads nowhere, and makes nothing.
  await page.reload();
  await empty.waitFor();
  expect(await ops(node, 'GET', '/v1/rooms/den')).toMatchObject(still);

  await page.getByTestId('new-room').click();
  await page.getByTestId('room-title').fill('den');
  await page.getByTestId('room-title').press('Enter');
  await page.getByRole('heading', {level: 1, name: 'den'}).waitFor();
  expect(await ada.texts()).toEqual([]);
});
