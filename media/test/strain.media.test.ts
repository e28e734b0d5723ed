import {expect, test} from 'vitest';
import type {RoomEvent} from '@parley/media';
import {startEngine, until} from './with-engine.js';

test('a worker that takes more than it may is told to its rooms by degrees, and full takes nobody more', async () => {
  await using parley = await startEngine({fullAt: 0.000_01});
  const {engine} = parley;
  const events: RoomEvent[] = [];
  const room = await engine.open((event) => events.push(event));
  expect(room.fullForMs).toBeUndefined();
  await until(async () => {
    // Something to do.
    for (let index = 0; index < 20 && room.fullForMs === undefined; index += 1) {
      room.closeTransport((await room.createTransport({direction: 'send', peer: 'ann'})).transport);
    }
    return events.some((event) => event.kind === 'strain' && event.degree === 'full');
  }, 'the worker is full');
  const told = events.flatMap((event) => (event.kind === 'strain' ? [event.degree] : []));
  expect(told).toEqual(['fewer', 'sound', 'full']);
  expect(room.fullForMs).toBeGreaterThan(0);
  await expect(room.createTransport({direction: 'send', peer: 'bob'})).rejects.toMatchObject({code: 'overloaded'});
  await expect(engine.open(() => undefined)).rejects.toMatchObject({code: 'overloaded'});
  expect(engine.workers).toMatchObject([{strain: 'full'}]);
});
