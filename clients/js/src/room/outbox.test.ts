import {chat, ParleyError} from '@parley/protocol';
import {expect, test} from 'vitest';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {Harness} from '../../test/fakes/harness.js';
import type {Parley} from '../parley.js';
import type {Room} from './room.js';

interface Chat {
  readonly harness: Harness;
  readonly parley: Parley;
  readonly room: Room;
  readonly seen: string[];
  readonly log: () => string[];
}

async function begin(limit?: number): Promise<Chat> {
  const harness = new Harness();
  const parley = harness.connect(limit === undefined ? {} : {outboxLimit: limit});
  const room = await parley.join('lobby', {create: true});
  const seen: string[] = [];
  room.on('message', ({text}) => seen.push(text));
  const log = (): string[] =>
    harness.server.room('lobby').log.map(({payload}) => ('text' in payload ? String(payload.text) : ''));
  return {harness, parley, room, seen, log};
}

test('[CHAT2] a message is sent with its place in the room, and its echo is recognised', async () => {
  const {parley, room} = await begin();
  const echoes: unknown[] = [];
  room.on('message', ({sent}) => echoes.push(sent));
  const sent = room.send('  hello  ');
  expect(sent).toMatchObject({status: 'pending', text: 'hello'});
  await expect(sent.done).resolves.toEqual({epoch: 'e1', offset: 1, at: 1_001});
  await until(() => echoes.length === 1);
  expect(sent.status).toBe('sent');
  expect(echoes).toEqual([sent]);
  expect(room.outgoing).toEqual([]);
  await parley.close();
});

test('messages written offline are sent in order when there is a connection', async () => {
  const {harness, parley, room, seen, log} = await begin();
  await harness.clock.turn(10_000);
  harness.server.down = true;
  harness.server.cut();
  const sent = ['one', 'two', 'three'].map((text) => room.send(text));
  await harness.clock.turn(200);
  expect(sent.map(({status}) => status)).toEqual(['pending', 'pending', 'pending']);
  harness.server.down = false;
  await harness.clock.turn(10_000);
  await Promise.all(sent.map(({done}) => done));
  expect(log()).toEqual(['one', 'two', 'three']);
  expect(seen).toEqual(['one', 'two', 'three']);
  await parley.close();
});

test('[CHAT3] a message whose answer was lost is one message: the replay shows that it was accepted', async () => {
  const {harness, parley, room, log} = await begin();
  harness.server.loseAnswer = (name) => name === chat.send.name;
  harness.server.deliver = () => [];
  const sent = room.send('once');
  await until(() => log().length === 1);
  harness.server.loseAnswer = () => false;
  harness.server.deliver = (stored) => [stored];
  harness.server.cut();
  await expect(sent.done).resolves.toMatchObject({offset: 1});
  await harness.clock.turn(20_000);
  expect(log()).toEqual(['once']);
  expect(harness.server.asked.filter(({name}) => name === chat.send.name)).toHaveLength(1);
  await parley.close();
});

test('[CHAT3] without an answer in time the same id is sent again', async () => {
  const {harness, parley, room, log, seen} = await begin();
  let lost = 0;
  harness.server.loseAnswer = (name) => name === chat.send.name && ++lost <= 2;
  harness.server.deliver = () => [];
  const sent = room.send('once');
  await harness.clock.turn(60_000);
  await sent.done;
  expect(log()).toEqual(['once']);
  expect(
    new Set(harness.server.asked.filter(({name}) => name === chat.send.name).map(({params}) => JSON.stringify(params)))
      .size,
  ).toBe(1);
  expect(seen).toEqual([]);
  await parley.close();
});

test('[FEED6] a refusal that may pass is waited out as long as it says, and keeps the order', async () => {
  const {harness, parley, room, log} = await begin();
  harness.server.on.set(chat.send.name, () => {
    throw new ParleyError('unavailable', {retryAfterMs: 4_000});
  });
  const first = room.send('first');
  const second = room.send('second');
  await harness.clock.turn(3_999);
  expect(harness.server.asked.filter(({name}) => name === chat.send.name)).toHaveLength(1);
  harness.server.on.delete(chat.send.name);
  await harness.clock.turn(1);
  await Promise.all([first.done, second.done]);
  expect(log()).toEqual(['first', 'second']);
  await parley.close();
});

test('a refusal for good fails its message and lets the next one pass', async () => {
  const {harness, parley, room, log} = await begin();
  harness.server.on.set(chat.send.name, () => {
    throw new ParleyError('forbidden');
  });
  const first = room.send('first');
  await expect(first.done).rejects.toMatchObject({code: 'forbidden'});
  expect(first.status).toBe('failed');
  harness.server.on.delete(chat.send.name);
  await room.send('second').done;
  expect(log()).toEqual(['second']);
  await parley.close();
});

test('[CHAT4] a text that cannot be sent is refused at once, naming the field', async () => {
  const {parley, room} = await begin();
  for (const text of ['', '   ', 'x'.repeat(4_001)]) {
    expect(() => room.send(text)).toThrow(expect.objectContaining({code: 'invalid_payload', field: 'text'}));
  }
  await parley.close();
});

test('the outbox is bounded and says so', async () => {
  const {harness, parley, room} = await begin(2);
  harness.server.down = true;
  harness.server.cut();
  room.send('one');
  room.send('two');
  expect(() => room.send('three')).toThrow(expect.objectContaining({code: 'overloaded'}));
  await parley.close();
});

test('what may have been accepted too long ago to be repeated fails as unknown, if its room has lost continuity', async () => {
  const {harness, parley, room} = await begin();
  harness.server.loseAnswer = (name) => name === chat.send.name;
  harness.server.deliver = () => [];
  const sent = room.send('perhaps');
  await until(() => harness.server.room('lobby').head === 1);
  harness.server.down = true;
  harness.server.cut();
  await harness.clock.turn(11 * 60_000);
  harness.server.room('lobby').lose();
  harness.server.loseAnswer = () => false;
  harness.server.down = false;
  await harness.clock.turn(20_000);
  await expect(sent.done).rejects.toMatchObject({code: 'timeout'});
  expect(harness.server.room('lobby').head).toBe(0);
  await parley.close();
});

test('what certainly was not accepted is sent however long it took', async () => {
  const {harness, parley, room, log} = await begin();
  harness.server.on.set(chat.send.name, () => undefined);
  const sent = room.send('patience');
  await until(() => harness.server.asked.some(({name}) => name === chat.send.name));
  harness.server.on.delete(chat.send.name);
  harness.server.down = true;
  harness.server.cut();
  await harness.clock.turn(11 * 60_000);
  harness.server.down = false;
  await harness.clock.turn(20_000);
  await sent.done;
  expect(log()).toEqual(['patience']);
  await parley.close();
});
