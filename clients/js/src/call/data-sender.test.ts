import {EventEmitter} from 'node:events';
import type {types} from 'mediasoup-client';
import {expect, test} from 'vitest';
import {HandTurnedClock} from '../../test/fakes/hand-turned-clock.js';
import {DataPace} from './data-pace.js';
import {DataSender} from './data-sender.js';
import type {CallPort} from './port.js';

/** A channel of which nothing leaves. */
class Channel extends EventEmitter {
  readonly sent: unknown[] = [];
  readyState = 'open';
  bufferedAmount = 0;

  send(message: string): void {
    this.sent.push(message);
    this.bufferedAmount += message.length;
  }

  close(): void {
    this.readyState = 'closed';
    this.bufferedAmount = 0;
  }
}

test('[CALL73] who sends on a channel is told what had not left when its transport went, and when it is open again', async () => {
  const channels: Channel[] = [];
  const transport = {
    produceData: () => {
      const channel = new Channel();
      channels.push(channel);
      return Promise.resolve(channel);
    },
  } as unknown as types.Transport;
  const sender = new DataSender(
    'strokes',
    {},
    {
      port: {newId: () => 'id'} as unknown as CallPort,
      pace: new DataPace(new HandTurnedClock()),
      onClosed: () => undefined,
    },
  );
  const told: string[] = [];
  sender.on('interrupted', ({unsentBytes}) => told.push(`interrupted ${unsentBytes} ${sender.readyState}`));
  sender.on('open', () => told.push('open'));
  await sender.open(transport);
  sender.send('1234567');
  sender.idle();
  expect(() => {
    sender.send('meanwhile');
  }).toThrow(expect.objectContaining({code: 'unavailable'}));
  // Once for each time that it was open.
  sender.idle();
  await sender.open(transport);
  sender.send('again');
  expect(told).toEqual(['open', 'interrupted 7 connecting', 'open']);
  expect(channels.map(({sent}) => sent)).toEqual([['1234567'], ['again']]);
});
