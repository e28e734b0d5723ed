import {call, callReceiving} from '@parley/protocol';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {TestNode} from '../../../server/test/start-node.js';
import {launchBrowser, type TestBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {Meddler} from './meddler.js';
import {enter, eventually, expectNoProblems} from './person.js';
import {shot} from './shot.js';

describe.skipIf(!hasWorker)('calls whose servers are busy', () => {
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

  test('[CALL61] what is sent less is said in a line, and the line goes when it is over', async () => {
    const meddler = new Meddler();
    const prepare = meddler.stand.bind(meddler);
    await using ada = await enter(browser, `${node.url}?room=busy`, 'Ada', {prepare});
    await ada.joinCall();
    const line = ada.page.getByTestId('strain');
    expect(await line.isVisible()).toBe(false);
    for (const [degree, text] of [
      ['fewer', 'four cameras'],
      ['sound', 'sound goes on'],
      ['full', 'Nobody new'],
    ] as const) {
      meddler.tell(callReceiving.strain.name, {room: 'busy', degree});
      await line.filter({hasText: text}).waitFor();
      await shot(ada.page, `strain-${degree}`);
    }
    meddler.tell(callReceiving.strain.name, {room: 'busy', degree: 'none'});
    await line.waitFor({state: 'hidden'});
    expectNoProblems(ada);
  });

  test('[CALL62] who finds no room is told when the next try is, comes in by themselves, and may stop trying', async () => {
    const meddler = new Meddler();
    const prepare = meddler.stand.bind(meddler);
    const options = {prepare, viewport: {width: 390, height: 780}, colorScheme: 'dark'} as const;
    await using ada = await enter(browser, `${node.url}?room=full`, 'Ada', options);
    const message = 'The media workers carry as much as they can.';
    meddler.refuse(call.join.name, {code: 'overloaded', message, retryable: true, retryAfterMs: 3_000});
    await ada.page.getByTestId('open-call').click();
    await ada.page.getByTestId('join-call').click();
    const postponed = ada.page.getByTestId('lobby-postponed');
    await postponed.filter({hasText: 'no room for one more'}).waitFor();
    await postponed.getByRole('timer').filter({hasText: 'Next try in 2 s.'}).waitFor();
    await shot(ada.page, 'postponed');
    expect(await ada.page.getByTestId('join-call').isDisabled()).toBe(true);
    await ada.page.getByTestId('stop-trying').click();
    await postponed.waitFor({state: 'detached'});
    await eventually(() => ada.page.getByTestId('join-call').isEnabled()).toBe(true);

    await ada.page.getByTestId('join-call').click();
    await postponed.waitFor();
    meddler.allow(call.join.name);
    await ada.page.getByTestId('stage').waitFor();
    expectNoProblems(ada);
  });
});
