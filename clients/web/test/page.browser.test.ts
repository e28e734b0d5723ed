import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Page} from 'playwright-core';
import {createMemoryWorld} from '@parley/signaling/memory';
import {createClock} from '../../../server/src/clock.js';
import {freePort} from '../../../server/test/free-ports.js';
import {startNode, type TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {enter, eventually, expectNoProblems} from './person.js';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

describe('the door', () => {
  test('a link names the room; the name is asked for, and kept for this tab alone', async () => {
    await using node = await startNode();
    await using tab = await browser.open(`${node.url}?room=garden`);
    await tab.page.getByRole('heading', {name: 'Join #garden'}).waitFor();
    await tab.page.getByLabel('Your name').fill('Ada');
    await tab.page.getByRole('button', {name: 'Join', exact: true}).click();
    await tab.page.getByRole('heading', {level: 1, name: 'garden'}).waitFor();
    await tab.page.reload();
    await tab.page.getByTestId('me').filter({hasText: 'Ada'}).waitFor();

    await tab.page.getByRole('button', {name: 'Sign out'}).click();
    await tab.page.getByLabel('Your name').waitFor();
    expectNoProblems(tab);
  });

  test('where the server gives no tokens this is explained, and one can be pasted', async () => {
    await using node = await startNode({env: {PARLEY_DEV_TOKENS: '0'}});
    await using tab = await browser.open(`${node.url}?name=Ada`);
    await tab.page.getByTestId('no-dev-tokens').filter({hasText: 'PARLEY_DEV_TOKENS'}).waitFor();

    await tab.page.getByLabel('Token').fill('nonsense');
    await tab.page.getByRole('button', {name: 'Join with this token'}).click();
    await tab.page.getByTestId('connection').filter({hasText: 'Disconnected'}).waitFor();
    await tab.page.getByRole('button', {name: 'Join again'}).click();

    await tab.page.getByRole('button', {name: 'I have a token'}).click();
    await tab.page.getByLabel('Token').fill(await node.token('zoe', 'Zoë'));
    await tab.page.getByRole('button', {name: 'Join with this token'}).click();
    await tab.page.getByTestId('me').filter({hasText: 'Zoë'}).waitFor();
  });
});

describe('the connection', () => {
  test('goes over to another node when its own one ends, and nothing is lost', async () => {
    const world = createMemoryWorld({clock: createClock()});
    const env = {PARLEY_ORIGINS: '*', PARLEY_DEV_TOKENS: '1'};
    await using first = await startNode({world, env});
    await using second = await startNode({world, env});
    await using ada = await enter(browser, `${first.url}?servers=${second.url}`, 'Ada');
    await using bo = await enter(browser, second.url, 'Bo');
    await ada.say('before');
    await bo.sees('before');
    await first.close();
    await bo.say('meanwhile');
    await ada.say('after');
    await bo.sees('after');
    await ada.sees('meanwhile');
    await ada.page.getByTestId('node').filter({hasText: second.node}).waitFor();
    expect(await ada.texts()).toEqual(await bo.texts());
    expect(await ada.page.getByTestId('gap').count()).toBe(0);
  });

  test('that is lost is told, with the time of the next try; what is written waits', async () => {
    const env = {PARLEY_PORT: String(await freePort())};
    const node = await startNode({env});
    await using ada = await enter(browser, node.url, 'Ada');
    await ada.say('before');
    await ada.sees('before');
    await node.close();
    const banner = ada.page.getByTestId('connection');
    await banner.filter({hasText: /You are offline.*Next try in \d+ s/}).waitFor();
    await ada.say('for later');
    await ada.page.locator('[data-delivery=pending]').filter({hasText: 'for later'}).waitFor();

    await using _again = await startNode({env});
    // This node forgets its rooms when it ends: the message is told to have failed, and goes by a second try.
    await ada.page.getByTestId('retry').click();
    await ada.sees('for later');
    expect(await ada.texts()).toEqual(['before', 'for later']);
    expect(await banner.getAttribute('data-status')).toBe('connected');
  });

  test('that a backend ended for good says why and what to do', async () => {
    await using node = await startNode();
    await using ada = await enter(browser, node.url, 'Ada');
    const kicked = await fetch(`${node.opsUrl}/v1/users/ada/kick`, {
      method: 'POST',
      headers: {authorization: `Bearer ${node.apiKey}`, 'content-type': 'application/json'},
      body: JSON.stringify({message: 'Closed for cleaning.'}),
    });
    expect(kicked.status).toBe(200);
    await ada.page.getByTestId('connection').filter({hasText: 'Closed for cleaning.'}).waitFor();
    await ada.page.getByRole('button', {name: 'Join again'}).click();
    await ada.page.getByLabel('Your name').waitFor();
    expectNoProblems(ada);
  });
});

describe('everybody', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(async () => {
    await node.close();
  });

  const tooWide = (page: Page): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  test('can use it on a phone: nothing is wider than 360 pixels', async () => {
    const phone = {viewport: {width: 360, height: 740}};
    await using door = await browser.open(node.url, phone);
    expect(await tooWide(door.page)).toBe(0);

    await using ada = await enter(browser, node.url, 'A name that is rather long for a phone', phone);
    await ada.say('Donaudampfschifffahrtsgesellschaft'.repeat(8));
    await ada.sees('Donau');
    expect(await tooWide(ada.page)).toBe(0);

    await ada.page.getByTestId('open-rooms').click();
    const nodeName = ada.page.getByTestId('node');
    expect(await nodeName.evaluate(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)).toBe(0);
    // Escape closes what lies on top, and no more.
    await ada.page.getByTestId('open-devices').click();
    await ada.page.keyboard.press('Escape');
    await eventually(() => ada.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null)).toBe(
      'open-devices',
    );
    await ada.page.keyboard.press('Escape');
    await eventually(() => ada.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null)).toBe(
      'open-rooms',
    );
    await ada.page.keyboard.press('Enter');
    await ada.page.getByTestId('room-lobby').click();
    await ada.page.getByTestId('composer').click();
    await ada.page.getByTestId('toggle-members').click();
    await ada.page.getByTestId('members').waitFor();
    expect(await tooWide(ada.page)).toBe(0);
    expectNoProblems(door, ada);
  });

  test('can use it by keyboard alone', async () => {
    await using tab = await browser.open(`${node.url}?room=keys`);
    const {page} = tab;
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null);
    /** Tab after Tab, as far as it takes. */
    const reach = async (testId: string): Promise<void> => {
      for (let steps = 0; steps < 30 && (await focused()) !== testId; steps++) await press('Tab');
      expect(await focused()).toBe(testId);
    };

    await page.getByTestId('name').waitFor();
    expect(await focused()).toBe('name');
    await page.keyboard.type('Ada');
    await press('Enter');
    await page.getByTestId('composer').waitFor();
    expect(await focused()).toBe('composer');
    await page.keyboard.type('two');
    await press('Shift+Enter');
    await page.keyboard.type('lines');
    await press('Enter');
    await eventually(() => page.locator('.message__text').allInnerTexts()).toEqual(['two\nlines']);

    await reach('new-room');
    await press('Enter');
    await page.getByTestId('room-title').waitFor();
    expect(await focused()).toBe('room-title');
    await press('Escape');
    await page.getByTestId('create-room').waitFor({state: 'detached'});
    expect(await focused()).toBe('new-room');

    await reach('toggle-members');
    await press('Enter');
    await page.getByTestId('members').waitFor({state: 'detached'});
    await press('Enter');
    await page.getByRole('button', {name: 'Close who is here'}).press('Escape');
    await page.getByTestId('members').waitFor({state: 'detached'});
    expect(await focused()).toBe('toggle-members');
    await reach('log');
    expectNoProblems(tab);
  });

  test('hears new messages, and not those of history', async () => {
    await using ada = await enter(browser, `${node.url}?room=spoken`, 'Ada');
    await ada.say('old news');
    await ada.sees('old news');
    await using bo = await enter(browser, `${node.url}?room=spoken`, 'Bo');
    await bo.sees('old news');
    const announcer = bo.page.getByTestId('announcer');
    expect(await announcer.innerText()).toBe('');
    await ada.say('fresh news');
    await eventually(() => announcer.innerText()).toBe('Ada: fresh news');
    expectNoProblems(ada, bo);
  });

  test('is told that calls are off, and why, where the button would be', async () => {
    await using ada = await enter(browser, node.url, 'Ada');
    await ada.page.locator('summary').filter({hasText: 'Calls are off'}).click();
    await ada.page
      .getByTestId('calls-off')
      .filter({hasText: /PARLEY_MEDIA_WORKERS/})
      .waitFor();
    expect(await ada.page.getByTestId('open-call').count()).toBe(0);
    expectNoProblems(ada);
  });
});
