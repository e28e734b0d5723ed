import {chat, ParleyError, room as definitions} from '@parley/protocol';
import {expect, test} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import type {Pace} from './room-events.js';

test('[LIM5] after a message in slow mode the next one waits in the outbox, and the room says until when', async () => {
  const harness = new Harness();
  const parley = harness.connect({});
  const room = await parley.join('lobby', {create: true});
  const told: Pace[] = [];
  room.on('pace', (pace) => told.push(pace));
  let offset = 0;
  harness.server.on.set(chat.send.name, () => ({epoch: 'e1', offset: (offset += 1), at: 1_000, waitMs: 10_000}));

  const [first, second] = [room.send('one'), room.send('two')];
  await first.done;
  await until(() => told.length === 1);
  expect(room.pace.nextAt).toBe(harness.clock.now() + 10_000);
  await harness.clock.turn(9_000);
  expect(harness.server.asked.filter(({name}) => name === chat.send.name)).toHaveLength(1);
  expect(second.status).toBe('pending');
  await harness.clock.turn(1_500);
  await second.done;
  await parley.close();
});

test('[LIM1] a message that is refused for the pace is sent again after the time that was told', async () => {
  const harness = new Harness();
  const parley = harness.connect({});
  const room = await parley.join('lobby', {create: true});
  let refusals = 1;
  harness.server.on.set(chat.send.name, () => {
    if (refusals-- > 0) throw new ParleyError('rate_limited', {retryAfterMs: 3_000});
    return {epoch: 'e1', offset: 1, at: 1_000};
  });

  const sent = room.send('one');
  await until(() => room.pace.nextAt > 0);
  expect(room.pace.nextAt).toBe(harness.clock.now() + 3_000);
  expect(sent.status).toBe('pending');
  await harness.clock.turn(3_500);
  await sent.done;
  expect(harness.server.asked.filter(({name}) => name === chat.send.name)).toHaveLength(2);
  await parley.close();
});

test('[LIM6] a change of slow mode is told, and shortens a wait', async () => {
  const harness = new Harness();
  const parley = harness.connect({});
  const room = await parley.join('lobby', {create: true});
  const settings: number[] = [];
  room.on('settings', ({slowModeMs}) => settings.push(slowModeMs));
  harness.server.on.set(chat.send.name, () => ({epoch: 'e1', offset: 1, at: 1_000, waitMs: 60_000}));
  await room.send('one').done;
  await until(() => room.pace.nextAt > 0);

  harness.server.append('lobby', definitions.updated.name, {
    user: 'bob',
    name: 'Bob',
    title: 'lobby',
    slowModeMs: 5_000,
    access: 'open',
    joinAs: 'member',
    videoCodecs: ['VP8'],
  });

  await until(() => settings.length === 1);
  expect(room.pace).toEqual({slowModeMs: 5_000, nextAt: harness.clock.now() + 5_000});
  await parley.close();
});
