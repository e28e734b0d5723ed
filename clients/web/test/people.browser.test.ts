import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {enter, eventually, expectNoProblems, type Person} from './person.js';
import {shot} from './shot.js';

describe.skipIf(!hasWorker)('people in calls', () => {
  let node: TestNode;
  let browser: TestBrowser;
  beforeAll(async () => {
    node = await startCallNode();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await node.close();
  });

  const manage = async ({page}: Person, what: string): Promise<void> => {
    await page.getByTestId('manage-call').click();
    await page.getByTestId(what).click();
  };
  const tileOf = ({page}: Person, user: string) => page.locator(`[data-testid=tile-person][data-user=${user}]`);

  test('[PEER1] [PEER2] [PEER3] a lobby: who comes waits, is let in or refused; a lock keeps all out', async () => {
    const url = `${node.url}?room=club`;
    await using ada = await enter(browser, url, 'Ada');
    await using bo = await enter(browser, url, 'Bo');
    await using cy = await enter(browser, url, 'Cy');
    await ada.joinCall();
    await manage(ada, 'set-lobby');
    await shot(ada.page, 'manage');
    await ada.page.keyboard.press('Escape');

    for (const one of [bo, cy]) {
      await one.page.getByTestId('open-call').click();
      await one.page.getByTestId('join-call').click();
      await one.page.getByTestId('lobby-waiting').waitFor();
    }
    await shot(bo.page, 'waiting');
    await eventually(() => ada.page.getByTestId('waiting').count()).toBe(2);
    await shot(ada.page, 'admit');
    await ada.page.getByTestId('waiting').filter({hasText: 'Bo'}).getByTestId('admit').click();
    await bo.page.getByTestId('stage').waitFor();
    await tileOf(bo, 'ada').getByTestId('video').waitFor();
    await ada.page.getByTestId('waiting').filter({hasText: 'Cy'}).getByTestId('deny').click();
    await cy.page.getByTestId('toast').filter({hasText: 'You were not let in.'}).waitFor();
    await eventually(() => ada.page.getByTestId('waiting-bar').count()).toBe(0);

    await manage(ada, 'set-lobby');
    await ada.page.getByTestId('set-locked').click();
    await ada.page.keyboard.press('Escape');
    await cy.page.getByTestId('join-call').click();
    await cy.page.getByTestId('toast').filter({hasText: 'locked'}).waitFor();
    expectNoProblems(ada, bo);
  });

  test('[PEER11] [CALL48] limits are set in the page, what is refused is said beside its field, and who comes is held to them', async () => {
    const url = `${node.url}?room=limits`;
    await using ada = await enter(browser, url, 'Ada');
    await using bo = await enter(browser, url, 'Bo');
    await ada.joinCall();
    await manage(ada, 'open-limits');
    const peers = ada.page.getByTestId('limit-peers');
    await peers.fill('-1');
    await ada.page.getByTestId('save-limits').click();
    await eventually(() => peers.getAttribute('aria-invalid')).toBe('true');
    await shot(ada.page, 'limits-refused');
    await peers.fill('1');
    await ada.page.getByTestId('limit-videos').fill('4');
    await ada.page.getByTestId('choose-codec').selectOption('VP9');
    await ada.page.getByTestId('save-limits').click();
    await ada.page.getByTestId('limits-note').filter({hasText: 'Saved.'}).waitFor();
    expect(await peers.getAttribute('aria-invalid')).toBe('false');
    await ada.page.keyboard.press('Escape');

    await bo.page.getByTestId('open-call').click();
    await bo.page.getByTestId('join-call').click();
    await bo.page.getByTestId('toast').filter({hasText: 'maximum of peers'}).waitFor();
    await manage(ada, 'open-limits');
    expect([await peers.inputValue(), await ada.page.getByTestId('limit-videos').inputValue()]).toEqual(['1', '4']);
    expect(await ada.page.getByTestId('choose-codec').inputValue()).toBe('VP9');
    await peers.fill('');
    await ada.page.getByTestId('save-limits').click();
    await ada.page.getByTestId('limits-note').filter({hasText: 'Saved.'}).waitFor();
    await ada.page.keyboard.press('Escape');
    await bo.page.getByTestId('join-call').click();
    const boAtAda = tileOf(ada, 'bo');
    await boAtAda.getByTestId('video').waitFor();
    // One's own wish: nothing but sound.
    await ada.page.getByTestId('open-settings').click();
    await ada.page.getByTestId('choose-videos').selectOption('0');
    await ada.page.keyboard.press('Escape');
    await boAtAda.getByTestId('video').waitFor({state: 'detached'});
    expectNoProblems(ada, bo);
  });

  test('[PEER4] [PEER5] [PEER7] [PEER8] hands, reactions, being muted and put out are seen by all', async () => {
    const url = `${node.url}?room=circle`;
    await using ada = await enter(browser, url, 'Ada');
    await using bo = await enter(browser, url, 'Bo');
    await ada.joinCall();
    await bo.joinCall();
    await tileOf(ada, 'bo').getByTestId('video').waitFor();

    await bo.page.getByTestId('toggle-hand').click();
    await tileOf(ada, 'bo').getByTestId('hand-up').waitFor();
    await bo.page.getByTestId('open-reactions').click();
    await bo.page.getByTestId('reaction').first().click();
    await tileOf(ada, 'bo').getByTestId('tile-reaction').filter({hasText: '👍'}).waitFor();
    expect(await bo.page.getByTestId('peer-actions').count()).toBe(0);
    expect(await bo.page.getByTestId('manage-call').count()).toBe(0);

    await tileOf(ada, 'bo').getByTestId('peer-actions').click();
    await shot(ada.page, 'actions');
    await ada.page.getByTestId('mute-peer').click();
    await tileOf(ada, 'bo').getByTestId('muted').waitFor();
    await bo.page.getByTestId('toast').filter({hasText: 'A moderator muted you.'}).waitFor();
    await shot(bo.page, 'muted');
    await tileOf(ada, 'bo').getByTestId('peer-actions').click();
    expect(await ada.page.getByTestId('mute-peer').count()).toBe(0);
    await ada.page.getByTestId('stop-video').click();
    await tileOf(ada, 'bo').getByTestId('video').waitFor({state: 'detached'});
    await bo.page.getByTestId('toggle-microphone').filter({visible: true}).click();
    await tileOf(ada, 'bo').getByTestId('muted').waitFor({state: 'detached'});
    await bo.page.getByTestId('toggle-camera').click();
    await tileOf(ada, 'bo').getByTestId('video').waitFor();

    await manage(ada, 'lower-hands');
    await tileOf(ada, 'bo').getByTestId('hand-up').waitFor({state: 'detached'});
    await tileOf(ada, 'bo').getByTestId('peer-actions').click();
    await ada.page.getByTestId('kick-peer').click();
    await bo.page.getByTestId('toast').filter({hasText: 'put you out of the call'}).waitFor();
    await tileOf(ada, 'bo').waitFor({state: 'detached'});
    await bo.page.getByTestId('open-call').click();
    await bo.page.getByTestId('join-call').click();
    await ada.page.getByTestId('admit').click();
    await bo.page.getByTestId('stage').waitFor();
    await manage(ada, 'end-call');
    for (const one of [ada, bo]) await one.page.getByTestId('stage').waitFor({state: 'detached'});
    expectNoProblems(ada, bo);
  });
});
