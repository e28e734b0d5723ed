import {chat} from '@parley/protocol';
import {expect, test} from 'vitest';
import {signToken, startNode} from '../../../server/test/start-node.js';
import {systemClock} from '../src/clock.js';
import {Parley} from '../src/parley.js';
import {systemRandom} from '../src/random.js';
import {ownSurroundings} from '../src/session/surroundings.js';
import {socketIo} from '../src/wire/socket-io.js';
import type {OpenWire} from '../src/wire/wire.js';
import {client, Seen} from './clients.js';

/** A real connection on which some messages never arrive and others arrive twice. */
function lossy(loses: (text: string) => boolean, doubles: (text: string) => boolean): OpenWire {
  const open = socketIo(['websocket']);
  return (url, auth, listener) =>
    open(url, auth, {
      onHeard: () => {
        listener.onHeard();
      },
      onEnd: (end) => {
        listener.onEnd(end);
      },
      onEvent: (name, payload) => {
        const {text} = name === chat.message.name ? chat.message.payload.parse(payload) : {text: ''};
        if (text !== '' && loses(text)) return;
        listener.onEvent(name, payload);
        if (text !== '' && doubles(text)) listener.onEvent(name, payload);
      },
    });
}

test('[FEED4] events that never arrive are fetched from the history before anything newer is delivered', async () => {
  await using node = await startNode();
  const lost = new Set(['m3', 'm4', 'm9']);
  await using ada = new Parley(
    {url: node.url, token: () => signToken('ada')},
    {
      open: lossy(
        (text) => lost.has(text),
        (text) => text === 'm6',
      ),
      clock: systemClock,
      random: systemRandom,
      surroundings: ownSurroundings,
    },
  );
  await using bob = client('bob', node.url);
  const hers = await ada.join('lobby', {create: true});
  const his = await bob.join('lobby');
  const sheSaw = new Seen(hers);
  const texts = Array.from({length: 12}, (_, n) => `m${n}`);
  for (const text of texts) his.send(text);
  await sheSaw.count(12);
  expect(sheSaw.texts).toEqual(texts);
  expect(sheSaw.resets).toEqual([]);
});
