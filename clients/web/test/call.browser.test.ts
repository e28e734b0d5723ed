import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type Decoded, type Tab, type TestBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {Speech} from '../../js/test/browser/speech.js';
import {enter, eventually, expectNoProblems, type Person} from './person.js';

describe.skipIf(!hasWorker)('calls', () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await startCallNode();
  });
  afterAll(async () => {
    await node.close();
  });

  /** Both kinds of media are decoded from now on. */
  const flows = async (tab: Tab): Promise<void> => {
    const before = await tab.decoded();
    const more = async (): Promise<Decoded> => {
      const now = await tab.decoded();
      return {
        videoFrames: now.videoFrames - before.videoFrames,
        audioSamples: now.audioSamples - before.audioSamples,
      };
    };
    await eventually(async () => (await more()).videoFrames).toBeGreaterThan(20);
    await eventually(async () => (await more()).audioSamples).toBeGreaterThan(20_000);
  };

  /** How the page sends what it hinted at as something to be read. */
  const screenModes = ({page}: Person): Promise<string[]> =>
    page.evaluate(() =>
      ((window as {parleyTestPeers?: RTCPeerConnection[]}).parleyTestPeers ?? [])
        .filter(({connectionState}) => connectionState === 'connected')
        .flatMap((peer) => peer.getSenders())
        .filter(({track}) => track?.contentHint === 'detail')
        .flatMap((sender) => sender.getParameters().encodings)
        .map((encoding) => `detail ${String((encoding as {scalabilityMode?: string}).scalabilityMode)}`),
    );

  describe('with camera and microphone', () => {
    let browser: TestBrowser;
    let speech: Speech;
    beforeAll(async () => {
      speech = await Speech.write();
      browser = await launchBrowser({microphone: speech.file});
    });
    afterAll(async () => {
      await browser[Symbol.asyncDispose]();
      await speech[Symbol.asyncDispose]();
    });
    const pair = async (room: string): Promise<readonly [Person, Person]> => [
      await enter(browser, `${node.url}?room=${room}`, 'Ada'),
      await enter(browser, `${node.url}?room=${room}`, 'Bo'),
    ];

    test('two see and hear each other; mute, camera and leaving are seen by the other', async () => {
      const [one, other] = await pair('talk');
      await using ada = one;
      await using bo = other;
      await ada.joinCall();
      await bo.page.getByTestId('open-call').filter({hasText: 'Join'}).waitFor();
      await bo.joinCall();
      await Promise.all([flows(ada.tab), flows(bo.tab)]);
      expect(await ada.page.getByTestId('audio-microphone').count()).toBe(1);

      const adaAtBo = bo.page.locator('[data-testid=tile-person][data-user=ada]');
      await bo.page.locator('[data-user=ada][data-speaking=true]').waitFor();
      await ada.page.getByTestId('toggle-microphone').click();
      await adaAtBo.getByTestId('muted').waitFor();
      await ada.page.getByTestId('toggle-microphone').click();
      await adaAtBo.getByTestId('muted').waitFor({state: 'detached'});

      await ada.page.getByTestId('toggle-camera').click();
      await adaAtBo.getByTestId('video').waitFor({state: 'detached'});
      await ada.page.getByTestId('toggle-camera').click();
      await adaAtBo.getByTestId('video').waitFor();
      await flows(bo.tab);

      await ada.page.getByTestId('leave-call').click();
      await adaAtBo.waitFor({state: 'detached'});
      await bo.page.getByTestId('leave-call').click();
      await ada.page.getByTestId('open-call').filter({hasText: 'Call'}).waitFor();
      expectNoProblems(ada, bo);
    });

    test('[PERM13] who is made a guest in a call is seen and heard no more, and sees and hears the others', async () => {
      const [one, other] = await pair('audience');
      await using ada = one;
      await using bo = other;
      await ada.joinCall();
      await bo.joinCall();
      const boAtAda = ada.page.locator('[data-testid=tile-person][data-user=bo]');
      await boAtAda.getByTestId('video').waitFor();
      await ada.page.getByTestId('toggle-members').click();
      // Who is here stands beside the stage, and leaves its controls their one line.
      const controls = await ada.page.getByRole('toolbar', {name: 'Call controls'}).boundingBox();
      expect(controls?.height).toBeLessThan(60);
      await ada.page.getByTestId('act-on-bo').click();
      await ada.page.getByTestId('make-guest').click();
      await boAtAda.getByTestId('video').waitFor({state: 'detached'});
      await boAtAda.getByTestId('muted').waitFor();
      await bo.page.getByTestId('toast').filter({hasText: 'The camera may not be published any more.'}).waitFor();
      for (const control of ['toggle-camera', 'toggle-microphone', 'toggle-screen'])
        await bo.page.getByTestId(control).waitFor({state: 'detached'});
      await flows(bo.tab);

      await bo.page.getByTestId('leave-call').click();
      await bo.page.getByTestId('open-call').click();
      await bo.page.getByTestId('listen-only').waitFor();
      await bo.page.getByTestId('join-call').filter({hasText: 'Join to listen'}).click();
      await flows(bo.tab);
      await ada.page.getByTestId('act-on-bo').click();
      await ada.page.getByTestId('make-member').click();
      await bo.page.getByTestId('toggle-camera').click();
      await boAtAda.getByTestId('video').waitFor();
      expectNoProblems(ada, bo);
    });

    test('whoever reloads the page leaves the call', async () => {
      const [one, other] = await pair('reload');
      await using ada = one;
      await using bo = other;
      await ada.joinCall();
      await bo.joinCall();
      const adaAtBo = bo.page.locator('[data-testid=tile-person][data-user=ada]');
      await adaAtBo.getByTestId('video').waitFor();
      await ada.page.reload();
      await ada.page.getByTestId('open-call').filter({hasText: 'Join'}).waitFor();
      await adaAtBo.waitFor({state: 'detached'});
      await ada.joinCall();
      await flows(ada.tab);
      expectNoProblems(ada, bo);
    });

    test('[CALL54] a screen is shared in two sizes and layers of time, comes as large as it is shown, and is taken back', async () => {
      const [one, other] = await pair('screens');
      await using ada = one;
      await using bo = other;
      await ada.joinCall();
      await bo.joinCall();
      await ada.page.getByTestId('toggle-screen').click();
      await ada.page.getByTestId('tile-own-screen').waitFor();
      await bo.page.getByTestId('tile-screen').getByTestId('video').waitFor();
      await eventually(() => screenModes(ada)).toEqual(['detail L1T3', 'detail L1T3']);
      const width = (video: Element): number => (video as HTMLVideoElement).videoWidth;
      const screen = bo.page.getByTestId('tile-screen').getByTestId('video');
      await eventually(() => screen.evaluate(width)).toBeGreaterThan(0);
      // A phone.
      await bo.page.setViewportSize({width: 360, height: 740});
      await eventually(() => screen.evaluate(width)).toBe(640);
      await ada.page.getByTestId('toggle-screen').click();
      await bo.page.getByTestId('tile-screen').waitFor({state: 'detached'});
      expectNoProblems(ada, bo);
    });

    test('the call goes on while another room is read, and on a phone nothing is too wide', async () => {
      const phone = {viewport: {width: 360, height: 740}};
      await using ada = await enter(browser, `${node.url}?room=travels`, 'Ada', phone);
      await using bo = await enter(browser, `${node.url}?room=travels`, 'Bo');
      await ada.page.getByTestId('open-call').click();
      await ada.page.getByTestId('join-call').waitFor();
      const tooWide = (): Promise<number> => ada.page.evaluate(() => document.documentElement.scrollWidth - 360);
      expect(await tooWide()).toBe(0);
      await ada.page.getByTestId('join-call').click();
      await ada.page.getByTestId('stage').waitFor();
      await bo.joinCall();
      await flows(ada.tab);
      expect(await tooWide()).toBe(0);

      await ada.page.getByTestId('open-rooms').click();
      await ada.page.getByTestId('new-room').click();
      await ada.page.getByTestId('room-title').fill('Elsewhere');
      await ada.page.keyboard.press('Enter');
      await ada.page.getByTestId('call-elsewhere').waitFor();
      expect(await tooWide()).toBe(0);
      await flows(bo.tab);
      await ada.page.getByRole('button', {name: 'Return'}).click();
      await ada.page.getByTestId('stage').waitFor();
      expectNoProblems(ada, bo);
    });
  });

  test('a refused permission is explained, and one can join without', async () => {
    await using browser = await launchBrowser({devices: 'denied'});
    await using ada = await enter(browser, `${node.url}?room=refused`, 'Ada');
    await ada.page.getByTestId('open-call').click();
    const camera = ada.page.getByTestId('problem-camera');
    await camera.filter({hasText: 'may not use your camera'}).waitFor();
    expect(await camera.getAttribute('data-cause')).toBe('denied');
    await ada.page.getByTestId('problem-microphone').filter({hasText: 'Allow the microphone'}).waitFor();
    await ada.page.getByRole('button', {name: 'Join to listen'}).click();
    await ada.page.getByTestId('stage').waitFor();
    await ada.page.getByTestId('tile-own-person').getByTestId('muted').waitFor();
    expectNoProblems(ada);
  });

  test('a missing camera is told from a refused one', async () => {
    await using browser = await launchBrowser({devices: 'absent'});
    await using ada = await enter(browser, `${node.url}?room=missing`, 'Ada');
    await ada.page.getByTestId('open-call').click();
    const camera = ada.page.getByTestId('problem-camera');
    await camera.filter({hasText: 'No camera was found'}).waitFor();
    expect(await camera.getAttribute('data-cause')).toBe('absent');
    expectNoProblems(ada);
  });
});
