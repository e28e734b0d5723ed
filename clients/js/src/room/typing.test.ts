import {chat} from '@parley/protocol';
import {expect, test} from 'vitest';
import {settle, until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';

test('[CHAT6] key presses are told once in three seconds, the stop once, and a sent message needs none', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const told = (): unknown[] =>
    harness.server.asked.filter(({name}) => name === chat.typing.name).map(({params}) => params);
  const typed = (typing: boolean): unknown => ({room: 'lobby', typing});
  for (let key = 0; key < 10; key += 1) room.typing();
  await settle();
  expect(told()).toEqual([typed(true)]);
  await harness.clock.turn(3_000);
  room.typing();
  room.typing(false);
  room.typing(false);
  await settle();
  expect(told()).toEqual([typed(true), typed(true), typed(false)]);
  room.typing();
  await room.send('done').done;
  room.typing(false);
  await settle();
  expect(told()).toHaveLength(4);
  await parley.close();
});

test('[CHAT6] who types is forgotten after five seconds, with their message, or when they go', async () => {
  const harness = new Harness();
  const parley = harness.connect();
  const room = await parley.join('lobby', {create: true});
  const told: string[] = [];
  room.on('typing', ({user, typing}) => told.push(`${user} ${typing}`));
  const types = (user: string): void => {
    harness.server.tell(chat.typingChanged.name, {room: 'lobby', user, name: user, typing: true});
  };
  types('bob');
  types('eve');
  await until(() => told.length === 2);
  expect([...room.whoTypes.keys()]).toEqual(['bob', 'eve']);
  await harness.clock.turn(4_000);
  types('bob');
  await harness.clock.turn(1_000);
  expect(told.at(-1)).toBe('eve false');
  harness.server.say('lobby', 'hello', 'bob');
  await until(() => told.length === 4);
  expect(told.at(-1)).toBe('bob false');
  types('eve');
  await until(() => told.length === 5);
  harness.server.cut();
  await until(() => told.length === 6);
  expect(told.at(-1)).toBe('eve false');
  await parley.close();
});
