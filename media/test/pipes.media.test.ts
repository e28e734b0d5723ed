import type {DirectTransport, Producer} from 'mediasoup/types';
import {expect, test} from 'vitest';
import type {RoomEvent} from '@parley/media';
import {callCapabilities} from '../src/codecs.js';
import {Hearing} from '../src/hearing.js';
import {Pipes} from '../src/pipes.js';
import {Section} from '../src/section.js';
import {WorkerSlot} from '../src/worker-slot.js';
import {opus, vp8} from './parameters.js';
import {Sentences, systemClock, until} from './with-engine.js';

const levelUri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const levelId = 1;

/** A packet of Opus that says how loud it is, in -dBov, or of VP8, of a key frame. */
function packet(kind: 'audio' | 'video', ssrc: number, sequence: number, level = 127): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x90;
  header[1] = kind === 'audio' ? 111 : 0x80 | 96;
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(sequence * 960, 4);
  header.writeUInt32BE(ssrc, 8);
  header.writeUInt16BE(0xbede, 12);
  header.writeUInt16BE(1, 14);
  header[16] = levelId << 4;
  header[17] = 0x80 | level;
  const payload = kind === 'audio' ? Buffer.alloc(40, 7) : Buffer.from([0x10, 0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 64, 0, 1]);
  return Buffer.concat([header, payload]);
}

interface TwoWorkers extends AsyncDisposable {
  readonly near: Section;
  readonly far: Section;
  readonly pipes: Pipes;
  readonly log: Sentences;
}

async function twoWorkers(): Promise<TwoWorkers> {
  const log = new Sentences();
  const parts = {clock: systemClock, logger: log, observer: undefined, fullAt: 1};
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  const settings = {workerBin, listenIp: '127.0.0.1', announcedAddress: undefined, port: undefined};
  const slots = [new WorkerSlot(settings, parts), new WorkerSlot(settings, parts)];
  await Promise.all(slots.map((slot) => slot.open()));
  const [near, far] = await Promise.all(slots.map((slot) => Section.open(slot, () => undefined)));
  const close = async (): Promise<void> => {
    await Promise.all(slots.map((slot) => slot.close()));
  };
  return {near: near!, far: far!, pipes: new Pipes(systemClock), log, [Symbol.asyncDispose]: close};
}

/** Somebody who sends a packet every 20 ms until told not to. */
class Sender implements Disposable {
  readonly keyFrames: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #sequence = 0;
  level = 127;

  constructor(transport: DirectTransport, {producer, ssrc}: {producer: Producer; ssrc: number}) {
    // RTCP type 206 (payload-specific feedback), format 1 (picture loss).
    transport.on('rtcp', (feedback) => {
      if (feedback[1] === 206 && (feedback[0]! & 0x1f) === 1) this.keyFrames.push(this.#sequence);
    });
    this.#timer = setInterval(() => {
      if (!producer.closed) producer.send(packet(producer.kind, ssrc, (this.#sequence += 1), this.level));
    }, 20);
  }

  get sent(): number {
    return this.#sequence;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

async function publish(
  section: Section,
  kind: 'audio' | 'video',
  ssrc: number,
): Promise<{producer: Producer; sender: Sender}> {
  const transport = await section.router.createDirectTransport();
  const parameters = kind === 'audio' ? opus(ssrc) : vp8(ssrc);
  const rtpParameters = {...parameters, headerExtensions: [{uri: levelUri, id: levelId} as const]};
  const producer = await transport.produce({kind, rtpParameters});
  return {producer, sender: new Sender(transport, {producer, ssrc})};
}

test('packets go from worker to worker, stop while the producer is paused, and key frames are asked for through', async () => {
  await using workers = await twoWorkers();
  const {near, far, pipes} = workers;
  const {producer, sender} = await publish(near, 'video', 9_001);
  using _ = sender;
  const held = await pipes.hold({producer, section: near}, far);
  expect(held.producer.id).toBe(producer.id);
  const receiver = await far.router.createDirectTransport();
  const consumer = await receiver.consume({producerId: producer.id, rtpCapabilities: callCapabilities()});
  let received = 0;
  consumer.on('rtp', () => {
    received += 1;
  });
  await until(() => received >= 20, 'packets come');

  await producer.pause();
  await until(() => consumer.producerPaused, 'the pause is known');
  const [before, sent] = [received, sender.sent];
  await until(() => sender.sent >= sent + 20, 'more is sent');
  expect(received - before).toBeLessThan(3);
  await producer.resume();
  await until(() => received >= before + 20, 'packets come again');

  const asked = sender.keyFrames.length;
  await consumer.requestKeyFrame();
  await until(() => sender.keyFrames.length > asked, 'a key frame is asked for');
});

test('who speaks is heard on whichever worker, and again from another when the one that listened is gone', async () => {
  await using workers = await twoWorkers();
  const {near, far, pipes, log} = workers;
  const events: RoomEvent[] = [];
  const hearing = new Hearing(pipes, log, (event) => events.push(event));
  await hearing.listenAt(near);
  hearing.follow(true);
  const [ann, bob] = [await publish(near, 'audio', 9_002), await publish(far, 'audio', 9_003)];
  using _ann = ann.sender;
  using _bob = bob.sender;
  hearing.add({producer: ann.producer, section: near});
  hearing.add({producer: bob.producer, section: far});
  const loudest = (): string | undefined => {
    const last = events.findLast((event) => event.kind === 'levels');
    return last?.levels[0]?.producer;
  };
  bob.sender.level = 10;
  await until(() => loudest() === bob.producer.id, 'the other worker’s voice is measured');
  await until(
    () => events.some((event) => event.kind === 'speaker' && event.producer === bob.producer.id),
    'the other worker’s voice is the speaker',
  );
  bob.sender.level = 127;
  ann.sender.level = 20;
  await until(() => loudest() === ann.producer.id, 'so is one of the same worker');

  near.lost();
  await hearing.listenAt(far);
  events.length = 0;
  bob.sender.level = 15;
  await until(() => loudest() === bob.producer.id, 'it is listened to where it is');
  expect(log.all.filter(({level}) => level !== 'info')).toEqual([]);
});
