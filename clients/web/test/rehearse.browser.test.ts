import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {enter, enterWithToken, eventually, expectNoProblems, mediaFlows, type Person} from './person.js';
import {shot} from './shot.js';

const rights = ['join', 'audio', 'video', 'screen', 'data', 'moderate', 'simulate'];

describe.skipIf(!hasWorker)('mishaps that are rehearsed', () => {
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

  const happened = async ({page}: Person, ...texts: readonly string[]): Promise<void> => {
    for (const text of texts)
      await page.getByTestId('rehearse-log').getByRole('listitem').filter({hasText: text}).first().waitFor();
  };

  /** What the page's media goes over. */
  const protocols = ({page}: Person): Promise<string[]> =>
    page.evaluate(async () => {
      const found = new Set<string>();
      for (const peer of (window as {parleyTestPeers?: RTCPeerConnection[]}).parleyTestPeers ?? []) {
        if (peer.connectionState !== 'connected') continue;
        const stats = await peer.getStats();
        for (const stat of stats.values() as Iterable<Record<string, unknown>>) {
          if (stat['type'] !== 'candidate-pair' || stat['nominated'] !== true || stat['state'] !== 'succeeded')
            continue;
          const local = stats.get(String(stat['localCandidateId'])) as Record<string, unknown> | undefined;
          found.add(String(local?.['protocol']));
        }
      }
      return [...found].sort();
    });

  test('[CALL32] who may rehearses what becomes of people: without a connection, a worker, bandwidth, UDP; others may not', async () => {
    const url = `${node.url}?room=drill`;
    const token = await node.token('ada', 'Ada', {grants: [{rooms: ['*'], call: rights}]});
    await using ada = await enterWithToken(browser, url, token);
    await using bo = await enter(browser, url, 'Bo');
    await ada.joinCall();
    await bo.joinCall();
    await ada.page.getByTestId('toggle-rehearse').click();
    expect(await bo.page.getByTestId('toggle-rehearse').count()).toBe(0);

    await ada.page.getByTestId('rehearse-signaling').click();
    await happened(ada, 'was cut', 'Reconnecting to the server', 'Everything works again');

    // At 30 frames a second: long enough for a fall not to be taken for another wish of the size.
    await mediaFlows(ada, {videoFrames: 120});
    await ada.page.getByTestId('rehearse-downlink').selectOption('50000');
    await happened(ada, 'no room for all of the video');
    await ada.page.getByTestId('tile-own-person').getByTestId('quality').waitFor();
    await shot(ada.page, 'narrow');
    await ada.page.getByTestId('rehearse-downlink').selectOption('0');

    await ada.page.getByTestId('rehearse-worker').click();
    await happened(ada, 'worker ended', 'being rebuilt', 'Everything works again');
    await shot(ada.page, 'rehearse');
    await mediaFlows(bo);
    expect(await protocols(ada)).toEqual(['udp']);

    await ada.page.getByTestId('rehearse-udp').check();
    await happened(ada, 'UDP is blocked', 'Everything works again');
    await eventually(() => protocols(ada)).toEqual(['tcp']);
    await mediaFlows(ada);
    expect(await protocols(bo)).toEqual(['udp']);
    await ada.page.getByTestId('toggle-rehearse').click();
    await ada.page.getByTestId('rehearse').waitFor({state: 'detached'});
    expectNoProblems(bo);
  });
});
