import {HandClock} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {createLogger} from './logger.js';
import {lostLeases} from './lost-leases.js';

test('leases that are lost together are told in one line, with some of their names and why', async () => {
  const lines: unknown[] = [];
  const clock = new HandClock();
  const lost = lostLeases(
    createLogger({level: 'warn', format: 'json', write: (line) => lines.push(JSON.parse(line))}),
    clock,
  );
  for (let call = 1; call <= 12; call += 1) lost(`call:room-${call}`, 'expired');
  lost('sweeper', 'taken');
  await clock.pass(100);
  expect(lines).toMatchObject([
    {level: 40, how: 'expired', count: 12, leases: expect.arrayContaining(['call:room-1', 'call:room-10']) as unknown},
    {level: 40, how: 'taken', count: 1, leases: ['sweeper']},
  ]);
  expect((lines[0] as {leases: unknown[]}).leases).toHaveLength(10);
  lost('call:room-1', 'expired');
  await clock.pass(100);
  expect(lines).toHaveLength(3);
});
