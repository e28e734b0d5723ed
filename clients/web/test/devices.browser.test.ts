import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import type {Page} from 'playwright-core';
import {startNode, type TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {enter, eventually, expectNoProblems} from './person.js';

let browser: TestBrowser;
let node: TestNode;

const disconnected = (page: Page) => page.getByTestId('connection').filter({hasText: 'Disconnected'});

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});
beforeEach(async () => {
  node = await startNode();
});
afterEach(async () => {
  await node.close();
});

const rows = (page: Page): Promise<string[]> => page.getByTestId('devices').locator('.device__name').allInnerTexts();
const focused = (page: Page): Promise<string | null> =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null,
  );

test('somebody sees where they are signed in, live, and names and signs out what they find', async () => {
  await using desk = await enter(browser, node.url, 'Ada');
  await desk.page.getByRole('button', {name: 'Your devices'}).click();
  await desk.page.getByTestId('no-other-devices').waitFor();

  const phone = await enter(browser, node.url, 'Ada');
  await desk.page.getByRole('button', {name: /^Sign out .* on /}).waitFor();
  await phone.page.getByRole('button', {name: 'Your devices'}).click();
  await phone.page.getByTestId('devices').getByText('This device').waitFor();
  await phone.page
    .getByRole('button', {name: /^Rename/})
    .first()
    .click();
  await phone.page.getByLabel('Name of the device').fill('My phone');
  await phone.page.getByRole('button', {name: 'Save'}).click();
  await desk.page.getByTestId('devices').getByText('My phone').waitFor();
  await phone.page.reload();
  await phone.page.getByTestId('composer').waitFor();

  const connected = desk.page.getByTestId('devices').locator('[data-state=connected]');
  await eventually(() => connected.count()).toBe(2);
  await desk.page.getByRole('button', {name: 'Sign out My phone'}).click();
  await disconnected(phone.page).waitFor();
  await desk.page.getByTestId('no-other-devices').waitFor();
  await phone.page.getByRole('button', {name: 'Join again'}).click();
  await phone.page.getByLabel('Your name').fill('Ada');
  await phone.page.getByRole('button', {name: 'Join', exact: true}).click();
  // As it was named here, though this is another session.
  await desk.page.getByTestId('devices').getByText('My phone').waitFor();
  expectNoProblems(desk, phone);
  await desk.page.keyboard.press('Escape');
  await phone[Symbol.asyncDispose]();
  // Its tab is gone, the session waits for it.
  await desk.page.getByRole('button', {name: 'Your devices'}).click();
  await desk.page.getByTestId('devices').getByText('Away, last seen just now').waitFor();
});

test('somebody signs out all others, by keyboard alone and on a phone', async () => {
  await using phone = await enter(browser, node.url, 'Ada', {viewport: {width: 360, height: 740}});
  await using desk = await enter(browser, node.url, 'Ada');
  await using work = await enter(browser, node.url, 'Ada');
  const {page} = phone;
  await page.getByTestId('toasts').getByText('You signed in:').first().waitFor();
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Tab after Tab, as far as it takes. */
  const reach = async (label: RegExp): Promise<void> => {
    for (let steps = 0; steps < 30 && !label.test((await focused(page)) ?? ''); steps++) await press('Tab');
    expect(await focused(page)).toMatch(label);
  };
  await page.getByTestId('open-rooms').focus();
  await press('Enter');
  await reach(/^Your devices$/);
  await press('Enter');
  await eventually(() => rows(page).then((names) => names.length)).toBe(3);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  expect(await page.getByTestId('devices').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0);

  await reach(/^Rename/);
  await press('Enter');
  await eventually(() => focused(page)).toBe('Name of the device');
  await page.keyboard.type('Not this');
  await press('Escape');
  await eventually(() => focused(page)).toMatch(/^Rename/);
  expect((await rows(page)).join()).not.toContain('Not this');

  await reach(/^Sign out all others$/);
  await press('Enter');
  await eventually(() => focused(page)).toBe('Cancel');
  await press('Enter');
  await eventually(() => focused(page)).toBe('Sign out all others');
  expect(await rows(page)).toHaveLength(3);
  await press('Enter');
  await eventually(() => focused(page)).toBe('Cancel');
  await press('Tab', 'Enter');
  await page.getByTestId('no-other-devices').waitFor();
  for (const other of [desk, work]) await disconnected(other.page).waitFor();
  await press('Escape');
  await eventually(() => focused(page)).toBe('Your devices');
  expectNoProblems(phone, desk, work);
});

test('somebody who signs in on one device too many is told on the one that has to go, and what to do', async () => {
  const env = {PARLEY_MAX_SESSIONS_PER_USER: '1', PARLEY_SESSIONS_POLICY: 'close_oldest'};
  await using strict = await startNode({env});
  await using first = await enter(browser, strict.url, 'Ada');
  await using second = await enter(browser, strict.url, 'Ada');
  await disconnected(first.page).filter({hasText: 'Sign out on another device, then join again.'}).waitFor();
  await second.page.getByTestId('status').filter({hasText: 'Connected'}).waitFor();
  expectNoProblems(first, second);
});
