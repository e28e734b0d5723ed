import {call as definitions} from '@parley/protocol';
import {expect, test} from 'vitest';
import {begin} from '../../test/fakes/in-call.js';
import {until} from '../../test/fakes/hand-turned-clock.js';

const hourMs = 3_600_000;

test('[CALL18] credentials are replaced before they end, as long as the call lasts', async () => {
  const {harness, parley, server, call} = await begin({}, (prepared) => {
    prepared.iceLifetimeMs = hourMs;
  });
  const asked = (): number => server.asked(definitions.prepare.name);
  const updates: unknown[] = [];
  for (const transport of harness.devices.transports) {
    transport.updateIceServers = (given) => {
      updates.push(given?.iceServers);
      return Promise.resolve();
    };
  }
  expect(asked()).toBe(1);
  await harness.clock.turn(0.79 * hourMs);
  expect(asked()).toBe(1);
  await harness.clock.turn(0.02 * hourMs);
  await until(() => updates.length === 2);
  expect(asked()).toBe(2);
  expect(updates[0]).toEqual([{urls: 'turn:turn.example.org', username: '2', credential: 'x'}]);
  await call.leave();
  await harness.clock.turn(2 * hourMs);
  expect(asked()).toBe(2);
  await parley.close();
});
