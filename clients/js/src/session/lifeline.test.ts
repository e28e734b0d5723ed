import {session} from '@parley/protocol';
import {expect, test} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';

const never = (): undefined => undefined;
const pings = ({server}: Harness): number => server.asked.filter(({name}) => name === session.ping.name).length;

test('[CON15] a connection on which nothing comes any more is left when the network changes, and the session resumed', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  harness.server.on.set(session.ping.name, never);
  harness.surroundings.say('change');
  harness.surroundings.say('change');
  await harness.clock.turn(399);
  expect([pings(harness), harness.server.handshakes.length]).toEqual([1, 1]);
  await harness.clock.turn(1);
  await until(() => harness.server.handshakes.length === 2 && parley.state.status === 'connected');
  expect(parley.state).toMatchObject({resumed: true, session: 'session-1'});
  expect(harness.server.connections).toBe(1);
  await parley.close();
  expect(harness.clock.timers).toBe(0);
});

test('[CON15] a connection that shows a sign of life is kept, whatever it is', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  harness.surroundings.say('change');
  await harness.clock.turn(60_000);
  harness.server.on.set(session.ping.name, never);
  harness.surroundings.say('change');
  await harness.clock.turn(300);
  harness.server.tell('something.new', {});
  await harness.clock.turn(60_000);
  expect([pings(harness), harness.server.handshakes.length]).toEqual([2, 1]);
  await parley.close();
});

test('[CON15] what is sent and followed by nothing is sent again on the next connection, as soon as that one is given up', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  await parley.ready;
  harness.server.on.set(session.ping.name, never);
  harness.server.on.set(session.list.name, never);
  const asked = parley.request(session.list, {}, {repeatable: true});
  await harness.clock.turn(5_000);
  expect([pings(harness), harness.server.handshakes.length]).toEqual([1, 1]);
  harness.server.on.clear();
  harness.server.on.set(session.list.name, () => ({sessions: []}));
  await harness.clock.turn(2_000);
  await expect(asked).resolves.toEqual({sessions: []});
  expect(harness.server.handshakes).toHaveLength(2);
  await parley.close();
});
