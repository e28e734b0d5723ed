import type {types} from 'mediasoup-client';
import {expect, test} from 'vitest';
import {HandTurnedClock} from '../../test/fakes/hand-turned-clock.js';
import {FlowWatch} from './flow-watch.js';

/** Two transports and a receiver that say what the test wants to be arriving. */
class Arriving {
  readonly clock = new HandTurnedClock();
  readonly told: string[] = [];
  sound = false;
  reports = false;
  looks = 0;
  readonly watch: FlowWatch;

  constructor() {
    let bytes = 0;
    const transport = {
      getStats: () => {
        this.looks += 1;
        if (this.reports) bytes += 10;
        return Promise.resolve(new Map([['T', {type: 'transport', bytesReceived: bytes}]]));
      },
    } as unknown as types.Transport;
    let timestamp: number | undefined;
    const receiver = {
      getSynchronizationSources: () => {
        if (this.sound) timestamp = this.clock.now();
        return timestamp === undefined ? [] : [{timestamp}];
      },
    } as unknown as RTCRtpReceiver;
    this.watch = new FlowWatch(
      this.clock,
      {transports: () => [transport, transport], receivers: () => [undefined, receiver]},
      {onQuiet: () => this.told.push('quiet'), onStalled: () => this.told.push('stalled')},
    );
  }
}

test('[CALL70] media that stops is noticed after half a second, and told once more if it stays away', async () => {
  const media = new Arriving();
  media.sound = true;
  await media.clock.turn(5_000);
  expect([media.told, media.watch.quiet, media.looks]).toEqual([[], false, 0]);
  media.sound = false;
  await media.clock.turn(400);
  expect(media.told).toEqual([]);
  await media.clock.turn(200);
  expect([media.told, media.watch.quiet]).toEqual([['quiet'], true]);
  await media.clock.turn(60_000);
  expect(media.told).toEqual(['quiet', 'stalled']);
  media.sound = true;
  await media.clock.turn(100);
  expect(media.watch.quiet).toBe(false);
  media.watch.close();
  await media.clock.turn(1_000);
  expect(media.clock.timers).toBe(0);
});

test('[CALL70] whoever only sends is told by the reports that come back, and silence before anything came is none', async () => {
  const media = new Arriving();
  await media.clock.turn(10_000);
  expect([media.told, media.watch.quiet]).toEqual([[], false]);
  media.reports = true;
  await media.clock.turn(10_000);
  expect(media.told).toEqual([]);
  media.reports = false;
  await media.clock.turn(600);
  expect(media.told).toEqual(['quiet']);
  media.watch.close();
});
