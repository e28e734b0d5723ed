import {call as wire, type webhook} from '@parley/protocol';
import {expect, test} from 'vitest';
import {CallCluster} from '../testing/call-cluster.js';
import {settled} from '../testing/hand-clock.js';

test('[HOOK1] the life of a call is told once and in order, through whatever node its peers come: began, who joined and left, ended', async () => {
  const told: string[] = [];
  const happened = ({name, data}: webhook.HubNews): void => {
    if (name.startsWith('call.')) told.push([name, 'room' in data && data.room, 'user' in data && data.user].join(' '));
  };
  const cluster = new CallCluster({}, {happened});
  const [here, there] = [cluster.node('a'), cluster.node('b')];
  const [ann, bob] = [await cluster.client(here, 'ann'), await cluster.client(there, 'bob')];
  await ann.join();
  await bob.join();
  await bob.ask(wire.leave, {room: 'den'});
  await settled();
  await bob.join();
  await here.hub.backstage.calls.end('den');
  await settled();
  expect(told).toEqual([
    'call.began den false',
    'call.peerJoined den ann',
    'call.peerJoined den bob',
    'call.peerLeft den bob',
    'call.peerJoined den bob',
    'call.ended den false',
  ]);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});
