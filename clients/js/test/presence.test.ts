import type {UserPresenceNews} from '@parley/client';
import {expect, test} from 'vitest';
import {startNode} from '../../../server/test/start-node.js';
import {client, eventually} from './clients.js';
import {TcpProxy} from './tcp-proxy.js';

test('[PRES7] a followed room and a list of users are kept current across a lost connection', async () => {
  await using node = await startNode();
  await using proxy = await TcpProxy.to(node.url);
  await using ada = client('ada', proxy.url);
  await using bob = client('bob', node.url);
  const lobby = await ada.join('lobby', {create: true});
  await bob.join('lobby');
  expect(lobby.presence.state).toEqual({mode: 'unknown'});
  await lobby.presence.follow();
  await eventually(() => lobby.presence.of('bob') === 'online', 'bob in the room');
  const told: UserPresenceNews[] = [];
  ada.on('presence', (news) => told.push(news));
  expect(await ada.presence.follow(['bob', 'stranger'])).toEqual({hidden: ['stranger']});
  await eventually(() => ada.presence.of('bob')?.status === 'online', 'bob on the list');

  proxy.cut();
  await bob.close();
  await eventually(() => lobby.presence.of('bob') === 'offline', 'the end of bob in the room');
  await eventually(() => ada.presence.of('bob')?.status === 'offline', 'the end of bob on the list');
  // The state is told again to a session that is resumed; what it had heard is never taken back.
  const statuses = told.flatMap(({users}) => users.map(({status}) => status));
  expect(statuses.filter((status, index) => status !== statuses[index - 1])).toEqual(['online', 'offline']);

  await lobby.presence.unfollow();
  await ada.presence.unfollow();
  expect([lobby.presence.of('bob'), ada.presence.of('bob')]).toEqual([undefined, undefined]);
});
