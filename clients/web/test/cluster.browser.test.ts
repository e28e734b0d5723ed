import {expect, test} from 'vitest';
import {startRedis} from '../../../server/test/redis-server.js';
import {spawnNode} from '../../../server/test/spawn-node.js';
import {launchBrowser} from './browser.js';
import {cuttableProxy} from './cuttable-proxy.js';
import {enter, expectNoProblems, mediaFlows, type Person} from './person.js';

/** How often the page made a peer connection: it does so again only if media had to be set up anew. */
const peerConnections = (person: Person): Promise<number> =>
  person.page.evaluate(() => (window as {parleyTestPeers?: unknown[]}).parleyTestPeers?.length ?? 0);

const say = async (person: Person, text: string, ...others: readonly Person[]): Promise<void> => {
  await person.say(text);
  for (const one of [person, ...others]) await one.sees(text);
};

test('[CALL8] two tabs on two nodes chat and call; one loses its node and goes on at the other, its media untouched', async () => {
  const worker = process.env['MEDIASOUP_WORKER_BIN'];
  expect(worker, 'MEDIASOUP_WORKER_BIN names the media worker').toBeDefined();
  await using redis = await startRedis();
  const media = {
    MEDIASOUP_WORKER_BIN: worker!,
    PARLEY_MEDIA_WORKERS: '1',
    PARLEY_MEDIA_PORT: '0',
    PARLEY_DEV_TOKENS: '1',
  };
  const env = {...media, REDIS_URL: redis.url};
  await using first = await spawnNode({...env, PARLEY_NODE_NAME: 'first'});
  await using second = await spawnNode({...env, PARLEY_NODE_NAME: 'second'});
  await using front = await cuttableProxy(second.url);
  await using browser = await launchBrowser();
  await using ada = await enter(browser, `${first.url}/?room=summit`, 'Ada');
  await using bo = await enter(browser, `${front.url}/?room=summit&servers=${encodeURIComponent(first.url)}`, 'Bo');

  await say(ada, 'hello from the first node', bo);
  await say(bo, 'hello from the second node', ada);
  await ada.joinCall();
  await bo.joinCall();
  await mediaFlows(ada);
  await mediaFlows(bo);

  const pushed = await fetch(`${second.opsUrl}/v1/push`, {
    method: 'POST',
    headers: {authorization: `Bearer ${second.apiKey}`, 'content-type': 'application/json'},
    body: JSON.stringify({target: {room: 'summit'}, topic: 'agenda.changed', data: {item: 3}, store: true}),
  });
  expect(await pushed.json()).toMatchObject({reached: 2});
  for (const {page} of [ada, bo]) await page.getByTestId('push-card').filter({hasText: 'agenda.changed'}).waitFor();

  const madeBefore = await peerConnections(bo);
  await front.cut();
  await ada.say('said while Bo was cut off');
  await bo.sees('said while Bo was cut off');
  await say(bo, 'back, by the other node', ada);
  await mediaFlows(bo);
  await mediaFlows(ada);
  expect(await peerConnections(bo)).toBe(madeBefore);

  expect(await bo.texts()).toEqual(await ada.texts());
  expect(await bo.texts()).toEqual([
    'hello from the first node',
    'hello from the second node',
    'said while Bo was cut off',
    'back, by the other node',
  ]);
  expectNoProblems(ada);
  // The cut itself is an error on the console; nothing else may be.
  expect(bo.tab.problems.filter((problem) => !problem.includes('ERR_CONNECTION'))).toEqual([]);
});
