import {call as definitions} from '@parley/protocol';
import type {types} from 'mediasoup-client';
import {expect, test} from 'vitest';
import {begin} from '../../test/fakes/in-call.js';
import {until} from '../../test/fakes/hand-turned-clock.js';

/** Something comes by the transport until it is silenced. */
function letFlow(transport: types.Transport): {silent: boolean} {
  const flow = {silent: false};
  let bytesReceived = 0;
  transport.getStats = () => {
    if (!flow.silent) bytesReceived += 100;
    return Promise.resolve(new Map([['T', {type: 'transport', bytesReceived}]]) as unknown as RTCStatsReport);
  };
  return flow;
}

test('[CALL70] media follows signaling by its new way, also when that was found before media was missed', async () => {
  const {harness, parley, server} = await begin();
  const restarts = (): number => server.asked(definitions.transportRestartIce.name);
  const flow = letFlow(harness.devices.transport('recv'));
  await harness.clock.turn(5_000);
  flow.silent = true;
  harness.server.cut();
  await until(() => server.asked(definitions.sync.name) === 1);
  expect(restarts()).toBe(0);
  await harness.clock.turn(700);
  expect(restarts()).toBe(2);
  await parley.close();
});

test('[CALL70] a resume while media flows restarts nothing, nor does a silence long after it', async () => {
  const {harness, parley, server} = await begin();
  const restarts = (): number => server.asked(definitions.transportRestartIce.name);
  const flow = letFlow(harness.devices.transport('recv'));
  await harness.clock.turn(5_000);
  harness.server.cut();
  await until(() => server.asked(definitions.sync.name) === 1);
  await harness.clock.turn(5_000);
  flow.silent = true;
  await harness.clock.turn(1_000);
  expect(restarts()).toBe(0);
  await parley.close();
});
