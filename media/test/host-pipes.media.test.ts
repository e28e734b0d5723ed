import type {PipeTransport, Producer} from 'mediasoup/types';
import {expect, test} from 'vitest';
import type {RoomEvent} from '@parley/media';
import {Channels} from '../src/channels.js';
import {callCapabilities} from '../src/codecs.js';
import {HostPipes} from '../src/host-pipes.js';
import {Pipes, type Source} from '../src/pipes.js';
import {Section} from '../src/section.js';
import {WorkerSlot} from '../src/worker-slot.js';
import {opus, vp8} from './parameters.js';
import {Sentences, systemClock, until} from './with-engine.js';

/** What one host has of a room: a worker of its own, and nothing in common with another but the network. */
class Host implements AsyncDisposable {
  readonly events: RoomEvent[] = [];
  readonly sources = new Map<string, Source>();
  readonly abroad: HostPipes;
  readonly channels: Channels;
  readonly section: Section;
  readonly pipeTransports: PipeTransport[] = [];
  readonly #slot: WorkerSlot;

  static async start(): Promise<Host> {
    const parts = {clock: systemClock, logger: new Sentences(), observer: undefined, fullAt: 1};
    const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
    const slot = new WorkerSlot(
      {workerBin, listenIp: '127.0.0.1', announcedAddress: undefined, port: undefined},
      parts,
    );
    await slot.open();
    return new Host(slot, await Section.open(slot, () => undefined));
  }

  private constructor(slot: WorkerSlot, section: Section) {
    this.#slot = slot;
    this.section = section;
    section.router.observer.on('newtransport', (transport) => {
      if (transport.type === 'pipe') this.pipeTransports.push(transport as PipeTransport);
    });
    const room = {closed: false};
    const pipes = new Pipes(systemClock);
    const report = (event: RoomEvent): void => void this.events.push(event);
    const path = (): never => {
      throw new Error('nobody is here');
    };
    this.channels = new Channels({room, pipes, path, report});
    this.abroad = new HostPipes({
      room,
      pipes,
      data: this.channels,
      address: {listenIp: '127.0.0.1', announced: '127.0.0.1', ports: {min: 41_000, max: 41_999}},
      at: () => section,
      source: (id) => this.sources.get(id)!,
      keep: (source) => void this.sources.set(source.producer.id, source),
      report,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#slot.close();
  }
}

async function join(one: Host, other: Host): Promise<{readonly here: string; readonly there: string}> {
  const [near, far] = await Promise.all([one.abroad.open(), other.abroad.open()]);
  await Promise.all([one.abroad.connect(near.pipe, far.at), other.abroad.connect(far.pipe, near.at)]);
  expect(near.at.port).toBeGreaterThanOrEqual(41_000);
  expect(near.at.port).toBeLessThanOrEqual(41_999);
  return {here: near.pipe, there: far.pipe};
}

/** A producer that sends a packet every 20 ms until it is closed. */
async function speak(host: Host): Promise<Producer> {
  const transport = await host.section.router.createDirectTransport();
  const producer = await transport.produce({kind: 'audio', rtpParameters: opus(7_001)});
  host.sources.set(producer.id, {producer, section: host.section});
  let sequence = 0;
  const timer = setInterval(() => {
    const packet = Buffer.alloc(52, 7);
    packet[0] = 0x80;
    packet[1] = 111;
    packet.writeUInt16BE((sequence += 1) & 0xffff, 2);
    packet.writeUInt32BE(sequence * 960, 4);
    packet.writeUInt32BE(7_001, 8);
    if (producer.closed) clearInterval(timer);
    else producer.send(packet);
  }, 20);
  return producer;
}

/** Counts the packets of a producer that arrive at somebody of that host. */
async function listen(host: Host, producerId: string): Promise<{readonly heard: number; readonly closed: boolean}> {
  const receiver = await host.section.router.createDirectTransport();
  const consumer = await receiver.consume({producerId, rtpCapabilities: callCapabilities()});
  const counted = {
    heard: 0,
    get closed() {
      return consumer.closed;
    },
  };
  consumer.on('rtp', () => {
    counted.heard += 1;
  });
  return counted;
}

test('a producer is taken over to another host, encrypted and with what is lost sent again, and over another pipe when that is gone', async () => {
  await using one = await Host.start();
  await using other = await Host.start();
  const first = await join(one, other);
  const producer = await speak(one);
  const track = await one.abroad.send(first.here, producer.id);
  expect(track.rtpParameters.codecs.map(({mimeType}) => mimeType)).toContain('audio/opus');
  await other.abroad.take(first.there, producer.id, {...track, voice: false});
  const before = await listen(other, producer.id);
  await until(() => before.heard > 20, 'packets cross');

  const ends = await Promise.all([...one.pipeTransports, ...other.pipeTransports].map((end) => end.dump()));
  expect(ends.map(({rtx}) => rtx)).toEqual([true, true]);
  await other.abroad.measure();
  const [measured] = other.events.filter((event) => event.kind === 'pipe');
  expect(measured?.receivedBytes).toBeGreaterThan(20 * 52);

  // As when the worker of one end dies: the other end is told by whoever holds both.
  one.abroad.close(first.here);
  other.abroad.close(first.there);
  await until(() => before.closed, 'nothing comes by it any more');
  expect(producer.closed).toBe(false);
  const second = await join(one, other);
  await other.abroad.take(second.there, producer.id, {
    ...(await one.abroad.send(second.here, producer.id)),
    voice: false,
  });
  const after = await listen(other, producer.id);
  await until(() => after.heard > 20, 'packets cross again');

  producer.close();
  other.sources.get(producer.id)?.producer.close();
  expect([...one.events, ...other.events].filter(({kind}) => kind === 'pipeClosed')).toEqual([]);
});

test('the end of a pipe that nobody closed is reported', async () => {
  await using one = await Host.start();
  await using other = await Host.start();
  const {there} = await join(one, other);
  other.section.close();
  await until(() => other.events.length > 0, 'it is reported');
  expect(other.events).toEqual([{kind: 'pipeClosed', pipe: there}]);
});

test('who does not know the key is not heard', async () => {
  await using one = await Host.start();
  await using other = await Host.start();
  const [near, far] = await Promise.all([one.abroad.open(), other.abroad.open()]);
  await one.abroad.connect(near.pipe, far.at);
  const keyBase64 = Buffer.alloc(Buffer.from(near.at.srtp.keyBase64, 'base64').length, 1).toString('base64');
  await other.abroad.connect(far.pipe, {...near.at, srtp: {...near.at.srtp, keyBase64}});
  const producer = await speak(one);
  await other.abroad.take(far.pipe, producer.id, {...(await one.abroad.send(near.pipe, producer.id)), voice: false});
  const counted = await listen(other, producer.id);
  let carried = 0;
  await until(async () => {
    await one.abroad.measure();
    carried = one.events.reduce((sum, event) => sum + (event.kind === 'pipe' ? event.sentBytes : 0), 0);
    return carried > 5_000;
  }, 'it is sent');
  expect(counted.heard).toBe(0);
  producer.close();
});

/** A VP8 packet of one encoding: a key frame, so that any layer can begin with it. */
function vp8Packet(ssrc: number, rid: string, sequence: number): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x90;
  header[1] = 0x80 | 96;
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(sequence * 1_800, 4);
  header.writeUInt32BE(ssrc, 8);
  header.writeUInt16BE(0xbede, 12);
  header.writeUInt16BE(1, 14);
  header[16] = (ridId << 4) | (rid.length - 1);
  header.write(rid, 17);
  return Buffer.concat([header, Buffer.from([0x10, 0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 64, 0, 1])]);
}
const ridId = 10;

test('on another host each gets the layer that it prefers, of one video that is sent over in all its layers', async () => {
  await using one = await Host.start();
  await using other = await Host.start();
  const {here, there} = await join(one, other);
  const transport = await one.section.router.createDirectTransport();
  const rids = ['r0', 'r1', 'r2'];
  const uri = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
  const producer = await transport.produce({
    kind: 'video',
    rtpParameters: {
      ...vp8(8_000),
      headerExtensions: [{uri, id: ridId}],
      encodings: rids.map((rid, size) => ({rid, scalabilityMode: 'L1T1', maxBitrate: 100_000 * 4 ** size})),
    },
  });
  one.sources.set(producer.id, {producer, section: one.section});
  let sequence = 0;
  using _ = {
    timer: setInterval(() => {
      sequence += 1;
      rids.forEach((rid, size) => {
        producer.send(vp8Packet(8_000 + size, rid, sequence));
      });
    }, 20),
    [Symbol.dispose]() {
      clearInterval(this.timer);
    },
  };
  await until(() => producer.score.filter(({score}) => score > 0).length === 3, 'all layers come');
  await other.abroad.take(there, producer.id, {...(await one.abroad.send(here, producer.id)), voice: false});
  const piped = other.sources.get(producer.id)!.producer;
  expect(piped.type).toBe('simulcast');
  for (const spatialLayer of [0, 2, 1]) {
    const receiver = await other.section.router.createDirectTransport();
    const consumer = await receiver.consume({producerId: producer.id, rtpCapabilities: callCapabilities()});
    await consumer.setPreferredLayers({spatialLayer});
    let after = 0;
    consumer.on('rtp', () => {
      after += 1;
    });
    await until(
      () => consumer.currentLayers?.spatialLayer === spatialLayer && after > 20,
      `layer ${spatialLayer} comes`,
    );
  }
});

test('messages of a data channel arrive on another host, in order and whole', async () => {
  await using one = await Host.start();
  await using other = await Host.start();
  const {here, there} = await join(one, other);
  const sender = await one.section.router.createDirectTransport();
  const producer = await sender.produceData({label: 'notes', protocol: 'json'});
  one.channels.keepPiped(producer, one.section);
  const data = await one.abroad.sendData(here, producer.id);
  expect(data).toMatchObject({label: 'notes', protocol: 'json', sctpStreamParameters: {ordered: true}});
  await other.abroad.takeData(there, producer.id, data);
  const receiver = await other.section.router.createDirectTransport();
  const consumer = await receiver.consumeData({dataProducerId: producer.id});
  const got: string[] = [];
  consumer.on('message', (message) => void got.push(message.toString().slice(0, 8)));
  const messages = Array.from({length: 50}, (_, index) => String(index).padStart(8, '0'));
  for (const message of messages) producer.send(message.padEnd(20_000, '.'));
  await until(() => got.length === messages.length, 'all have come');
  expect(got).toEqual(messages);
});
