import {afterAll, beforeAll, expect, test} from 'vitest';
import {ops} from '../../../server/test/ops.js';
import {startNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {enter, eventually, expectNoProblems, type Person} from './person.js';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

const phone = {viewport: {width: 360, height: 740}};

/** What one person does to another, by the menu beside the other's name. */
async function act(who: Person, upon: string, action: string): Promise<void> {
  await who.page.getByTestId(`act-on-${upon}`).click();
  await who.page.getByTestId(action).click();
}

const offered = (who: Person): Promise<string[]> => who.page.locator('.member__actions button').allInnerTexts();

test('[PERM4] an owner makes a moderator, who makes a guest: each sees what they are, and what they may', async () => {
  await using node = await startNode();
  const url = `${node.url}?room=crew`;
  await using ada = await enter(browser, url, 'Ada');
  await using bo = await enter(browser, url, 'Bo');
  await using cy = await enter(browser, url, 'Cy');
  for (const person of [ada, bo, cy]) await person.page.getByTestId('member-cy').waitFor();
  await ada.page.getByTestId('my-role').filter({hasText: 'You are an owner here'}).waitFor();
  await bo.page.getByTestId('my-role').filter({hasText: 'You are a member here'}).waitFor();
  expect(await bo.page.getByTestId('slow-mode-setting').count()).toBe(0);
  expect(await bo.page.locator('[data-testid^=act-on-]').count()).toBe(0);
  expect(await ada.page.getByTestId('act-on-ada').count()).toBe(0);

  await act(ada, 'bo', 'make-moderator');
  await bo.page.getByTestId('my-role').filter({hasText: 'You are a moderator here'}).waitFor();
  await ada.page.getByTestId('role-bo').filter({hasText: 'moderator'}).waitFor();
  await bo.page.getByTestId('act-on-cy').click();
  expect(await offered(bo)).toEqual(['Make guest', 'Remove']);
  expect(await bo.page.getByTestId('act-on-ada').count()).toBe(0);
  await bo.page.getByTestId('make-guest').click();
  await cy.page.getByTestId('may-not-write').waitFor();
  expect(await cy.page.getByTestId('composer').count()).toBe(0);
  await cy.page.getByTestId('member-change').filter({hasText: 'You are now a guest'}).waitFor();

  await act(bo, 'cy', 'make-member');
  await cy.say('thanks');
  await ada.sees('thanks');
  await act(ada, 'cy', 'remove-member');
  await cy.page
    .getByTestId('toast')
    .filter({hasText: 'You are no longer in crew.'})
    .filter({hasText: 'Ada removed you.'})
    .waitFor();
  await bo.page.getByTestId('member-cy').waitFor({state: 'detached'});
  expectNoProblems(ada, bo, cy);
});

test('what is refused is explained in a sentence, and by keyboard one gets there and back', async () => {
  await using node = await startNode();
  const url = `${node.url}?room=crew`;
  await using ada = await enter(browser, url, 'Ada');
  await using bo = await enter(browser, url, 'Bo');
  await using cy = await enter(browser, url, 'Cy', phone);
  await bo.page.getByTestId('member-cy').waitFor();
  await act(ada, 'bo', 'make-moderator');
  // Of groups others are not told: the page offers what the server will refuse.
  await ops(node, 'POST', '/v1/groups', {group: 'staff'});
  await ops(node, 'POST', '/v1/groups/staff/users/add', {users: ['cy']});
  await ops(node, 'PUT', '/v1/rooms/crew/groups/staff', {role: 'admin'});
  await cy.page.getByTestId('toggle-members').click();
  await cy.page.getByTestId('my-role').filter({hasText: 'You are an admin here'}).waitFor();

  await bo.page.getByTestId('act-on-cy').press('Enter');
  const focused = (): Promise<string | undefined> =>
    bo.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? undefined);
  await eventually(focused).toBe('make-guest');
  await bo.page.keyboard.press('Escape');
  await eventually(focused).toBe('act-on-cy');
  expect(await offered(bo)).toEqual([]);
  await act(bo, 'cy', 'remove-member');
  const toast = bo.page.getByTestId('toast');
  await toast
    .filter({hasText: 'Cy was not removed.'})
    .filter({hasText: 'Cy may do as much here as you, or more.'})
    .waitFor();

  // On a phone, where the list covers the room.
  await cy.page.getByTestId('act-on-bo').click();
  const tooWide = () =>
    cy.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await tooWide()).toBe(0);
  await cy.page.getByTestId('make-guest').click();
  await bo.page.getByTestId('may-not-write').waitFor();
  expectNoProblems(ada, bo, cy);
});
