import {expect, test} from 'vitest';
import {temporaryFolder} from '../../../server/test/temporary-folder.js';
import {ffmpeg, hasFfmpeg, listIn, recordingsIn} from '../../js/test/recordings.js';
import {launchBrowser} from './browser.js';
import {hasWorker, startCallNode} from './call-node.js';
import {enter, eventually, expectNoProblems} from './person.js';
import {shot} from './shot.js';

test('[CALL40] [CALL44] [CALL76] who records chooses what comes of it; all are shown who records, and told who ended it', async (context) => {
  context.skip(!hasFfmpeg, 'there is no ffmpeg');
  context.skip(!hasWorker, 'there is no media worker');
  const folder = temporaryFolder();
  const recording = {PARLEY_RECORDING_FOLDER: folder, PARLEY_RECORDING_FREE: '0', PARLEY_FFMPEG_BIN: ffmpeg};
  await using node = await startCallNode(recording);
  await using browser = await launchBrowser();
  const url = `${node.url}?room=records`;
  await using ada = await enter(browser, url, 'Ada');
  await using bo = await enter(browser, url, 'Bo');
  await ada.joinCall();
  await bo.joinCall();
  expect(await bo.page.getByTestId('recording-sign').count()).toBe(0);

  await ada.page.getByTestId('manage-call').click();
  await ada.page.getByTestId('set-mixed').check();
  await ada.page.getByTestId('set-recorded').click();
  await bo.page.getByTestId('recording-sign').filter({hasText: 'being recorded by Ada'}).waitFor();
  // What is being made is not chosen any more.
  await eventually(() => ada.page.getByTestId('set-mixed').count()).toBe(0);
  await shot(ada.page, 'recording');
  const [name = ''] = await recordingsIn(folder);
  expect((await listIn(`${folder}/${name}/part-1`)).mixed).toEqual({state: 'wanted'});
  await ada.page.getByTestId('set-recorded').click();
  await bo.page
    .getByTestId('toast')
    .filter({hasText: 'The recording has ended.'})
    .filter({hasText: 'Ada stopped it.'})
    .waitFor();
  await eventually(() => bo.page.getByTestId('recording-sign').count()).toBe(0);
  expectNoProblems(ada, bo);
});

test('[CALL76] where nothing can be recorded the page says so beforehand', async (context) => {
  context.skip(!hasWorker, 'there is no media worker');
  await using node = await startCallNode();
  await using browser = await launchBrowser();
  await using ada = await enter(browser, `${node.url}?room=records`, 'Ada');
  await ada.joinCall();
  await ada.page.getByTestId('manage-call').click();
  expect(await ada.page.getByTestId('set-recorded').isDisabled()).toBe(true);
  expect(await ada.page.getByTestId('moderator-dialog').innerText()).toContain('this server is not set up for it');
});
