import {expect, test} from 'vitest';
import type {RoomEvent} from '@parley/media';
import {dtls, opus, vp8} from './parameters.js';
import {startEngine, until} from './with-engine.js';

const ids = (events: readonly RoomEvent[]): string[] => events.map((event) => JSON.stringify(event));

test('a room offers transports on the worker’s one port, and produces and consumes', async () => {
  await using parley = await startEngine();
  const events: RoomEvent[] = [];
  const room = await parley.engine.open((event) => events.push(event));
  const send = await room.createTransport({direction: 'send', peer: 'ann'});
  const receive = await room.createTransport({direction: 'receive', peer: 'bob'});
  const ports = [...send.inner.iceCandidates, ...receive.inner.iceCandidates];
  expect(new Set(ports.map(({protocol}) => protocol))).toEqual(new Set(['udp', 'tcp']));
  expect(new Set(ports.map(({protocol, port}) => `${protocol} ${port}`)).size).toBe(2);
  await room.connectTransport(send.transport, dtls());

  const {producer} = await room.produce(send.transport, {kind: 'audio', rtpParameters: opus(1_111), paused: false});
  expect(room.canConsume(producer, parley.engine.rtpCapabilities)).toBe(true);
  expect(room.canConsume(producer, {codecs: []})).toBe(false);
  const consumer = await room.consume(receive.transport, producer, parley.engine.rtpCapabilities);
  expect(consumer).toMatchObject({kind: 'audio', type: 'simple', paused: true, producerPaused: false});
  await room.pauseProducer(producer);
  await room.resumeConsumer(consumer.id);
  await room.setConsumer(consumer.id, {preferredLayers: {spatialLayer: 1}, priority: 7});
  expect(consumer).toMatchObject({paused: false, producerPaused: true, priority: 7});

  const {iceParameters: before} = receive.inner;
  const after = await room.restartIce(receive.transport);
  expect(after.usernameFragment).not.toBe(before.usernameFragment);
  expect(events).toEqual([]);
});

test('what is closed by the caller is not reported, what goes with it is reported once', async () => {
  await using parley = await startEngine();
  const events: RoomEvent[] = [];
  const room = await parley.engine.open((event) => events.push(event));
  const send = await room.createTransport({direction: 'send', peer: 'ann'});
  const receive = await room.createTransport({direction: 'receive', peer: 'bob'});
  const audio = await room.produce(send.transport, {kind: 'audio', rtpParameters: opus(1), paused: false});
  const video = await room.produce(send.transport, {kind: 'video', rtpParameters: vp8(2), paused: false});
  const {rtpCapabilities} = parley.engine;
  const heard = await room.consume(receive.transport, audio.producer, rtpCapabilities);
  const seen = await room.consume(receive.transport, video.producer, rtpCapabilities);

  room.closeProducer(audio.producer);
  await until(() => events.length === 1, 'its consumer is reported');
  expect(events).toEqual([{kind: 'consumerClosed', consumer: heard.id}]);
  room.closeTransport(send.transport);
  await until(() => events.length === 3, 'its producer and that one’s consumer are reported');
  expect(ids(events.slice(1)).sort()).toEqual(
    ids([
      {kind: 'producerClosed', producer: video.producer},
      {kind: 'consumerClosed', consumer: seen.id},
    ]).sort(),
  );
  room.closeTransport(receive.transport);
  expect(events).toHaveLength(3);
  expect((await parley.dump()).webRtcTransports).toBe(0);
});

test('after close every method rejects with unknown, and the worker holds nothing', async () => {
  await using parley = await startEngine();
  const empty = await parley.dump();
  const {engine} = parley;
  for (let round = 0; round < 3; round += 1) {
    const rooms = await Promise.all(Array.from({length: 5}, () => engine.open(() => undefined)));
    for (const room of rooms) {
      const send = await room.createTransport({direction: 'send', peer: 'ann'});
      const receive = await room.createTransport({direction: 'receive', peer: 'bob'});
      const {producer} = await room.produce(send.transport, {kind: 'video', rtpParameters: vp8(9), paused: true});
      await room.consume(receive.transport, producer, engine.rtpCapabilities);
    }
    expect(await parley.dump()).toMatchObject({routers: 5, webRtcTransports: 10});
    const unfinished = rooms.map((room) => room.createTransport({direction: 'send', peer: 'eve'}));
    for (const room of rooms) room.close();
    for (const outcome of await Promise.allSettled(unfinished)) {
      expect(outcome).toMatchObject({status: 'rejected', reason: {code: 'unknown'}});
    }
    await expect(rooms[0]!.createTransport({direction: 'send', peer: 'ann'})).rejects.toMatchObject({code: 'unknown'});
  }
  await until(async () => (await parley.dump()).handlers === empty.handlers, 'the worker holds nothing');
  expect(await parley.dump()).toEqual(empty);
  expect(engine.workers).toMatchObject([{rooms: 0, objects: 0}]);
});

test('[CALL19] a microphone that is muted is not that of the speaker until it is open', async () => {
  await using parley = await startEngine();
  const voiceIn = async (events: RoomEvent[], paused: boolean) => {
    const room = await parley.engine.open((event) => events.push(event));
    const {transport} = await room.createTransport({direction: 'send', peer: 'ann'});
    const track = {kind: 'audio', rtpParameters: opus(1_111), paused, voice: true} as const;
    const {producer} = await room.produce(transport, track);
    return {room, producer};
  };
  const [muted, open]: [RoomEvent[], RoomEvent[]] = [[], []];
  const {room, producer} = await voiceIn(muted, true);
  // Where it is the only one a microphone is that of the speaker at once: when that is known of the later one, it is of both.
  const other = await voiceIn(open, false);
  await until(() => open.length === 1, 'the speaker is told');
  expect(open).toEqual([{kind: 'speaker', producer: other.producer}]);
  expect(muted).toEqual([]);
  await room.resumeProducer(producer);
  await until(() => muted.length === 1, 'the speaker is told');
  expect(muted).toEqual([{kind: 'speaker', producer}]);
});

test('rooms go to the least loaded worker', async () => {
  await using parley = await startEngine({workers: 2});
  const {engine} = parley;
  const first = await engine.open(() => undefined);
  const transport = await first.createTransport({direction: 'send', peer: 'ann'});
  await first.produce(transport.transport, {kind: 'audio', rtpParameters: opus(5), paused: false});
  await engine.open(() => undefined);
  await engine.open(() => undefined);
  expect(engine.workers.map(({objects}) => objects).sort()).toEqual([2, 2]);
});

test('rooms that are opened at the same moment spread over the workers', async () => {
  await using parley = await startEngine({workers: 2});
  await Promise.all(Array.from({length: 6}, () => parley.engine.open(() => undefined)));
  expect(parley.engine.workers.map(({rooms}) => rooms)).toEqual([3, 3]);
});
