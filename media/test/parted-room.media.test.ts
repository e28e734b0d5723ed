import {expect, test} from 'vitest';
import type {MediaRoom, RoomEvent} from '@parley/media';
import {dtls, opus, vp8} from './parameters.js';
import {startEngine, until, type EngineUnderTest} from './with-engine.js';

interface Member {
  readonly peer: string;
  readonly send: string;
  readonly receive: string;
}

async function enter(room: MediaRoom, peer: string): Promise<Member> {
  const [send, receive] = await Promise.all([
    room.createTransport({direction: 'send', peer}),
    room.createTransport({direction: 'receive', peer}),
  ]);
  await room.connectTransport(send.transport, dtls());
  return {peer, send: send.transport, receive: receive.transport};
}

let lastSsrc = 0;
const speak = (room: MediaRoom, {send}: Member): Promise<{producer: string}> =>
  room.produce(send, {kind: 'audio', rtpParameters: opus((lastSsrc += 1)), paused: false, voice: true});
const show = (room: MediaRoom, {send}: Member): Promise<{producer: string}> =>
  room.produce(send, {kind: 'video', rtpParameters: vp8((lastSsrc += 1)), paused: false});

interface Parted extends AsyncDisposable {
  readonly parley: EngineUnderTest;
  readonly room: MediaRoom;
  readonly events: RoomEvent[];
  /** Two on the one worker. */
  readonly ann: Member;
  readonly cas: Member;
  /** And two on the other. */
  readonly bob: Member;
  readonly dan: Member;
  readonly workers: {readonly ofAnn: number; readonly ofBob: number};
}

/** A room that is on two workers: peers come until there are two on each. */
async function partedRoom(): Promise<Parted> {
  const parley = await startEngine({workers: 2, togetherBelow: 0});
  const events: RoomEvent[] = [];
  const room = await parley.engine.open((event) => events.push(event));
  const byWorker = new Map<number, Member[]>();
  for (let count = 1; count <= 40; count += 1) {
    const member = await enter(room, `peer-${count}`);
    const worker = await workerOf(parley, member.send);
    expect(await workerOf(parley, member.receive)).toBe(worker);
    byWorker.set(worker, [...(byWorker.get(worker) ?? []), member]);
    const groups = [...byWorker];
    const [ofAnn, ofBob] = groups.map(([pid]) => pid);
    const [[ann, cas] = [], [bob, dan] = []] = groups.map(([, members]) => members);
    if (ofAnn === undefined || ofBob === undefined) continue;
    if (ann === undefined || cas === undefined || bob === undefined || dan === undefined) continue;
    for (const {send, receive} of groups.flatMap(([, members]) => members.slice(2)))
      for (const id of [send, receive]) room.closeTransport(id);
    const dispose = async (): Promise<void> => {
      await parley[Symbol.asyncDispose]();
    };
    return {parley, room, events, ann, bob, cas, dan, workers: {ofAnn, ofBob}, [Symbol.asyncDispose]: dispose};
  }
  throw new Error('all peers are on one worker');
}

/** The running worker that holds no producer or consumer of this id. */
async function workerOf({workers}: EngineUnderTest, id: string): Promise<number> {
  for (const worker of workers) {
    if (worker.closed) continue;
    const {channelMessageHandlers} = await worker.dump();
    if (channelMessageHandlers.channelRequestHandlers.includes(id)) return worker.pid;
  }
  throw new Error(`no worker has ${id}`);
}

test('the peers of a room are on several workers, each peer on one; what they publish is brought where it is wanted', async () => {
  await using parted = await partedRoom();
  const {parley, room, events, ann, bob} = parted;
  const {rtpCapabilities} = parley.engine;
  expect(room.workers).toBe(2);

  const {producer} = await show(room, ann);
  expect(room.pipes).toBe(0);
  expect(room.canConsume(producer, rtpCapabilities)).toBe(true);
  const there = await room.consume(bob.receive, producer, rtpCapabilities);
  expect(there).toMatchObject({producerId: producer, kind: 'video', paused: true, producerPaused: false});
  expect(room.pipes).toBe(1);
  const again = await enter(room, bob.peer);
  expect(await workerOf(parley, again.send)).toBe(parted.workers.ofBob);
  await room.consume(again.receive, producer, rtpCapabilities);
  expect(room.pipes).toBe(1);

  await room.pauseProducer(producer);
  await until(() => there.producerPaused, 'the pause is known on the other worker');
  await room.resumeProducer(producer);
  await until(() => !there.producerPaused, 'so is its end');
  room.closeProducer(producer);
  await until(() => there.closed, 'its end too');
  expect(room.pipes).toBe(0);
  expect(events.map(({kind}) => kind)).toEqual(['consumerClosed', 'consumerClosed']);
});

test('pipes that nobody needs any more are taken down after a moment, and the workers hold nothing of them', async () => {
  await using parted = await partedRoom();
  const {parley, room, ann, bob} = parted;
  const {rtpCapabilities} = parley.engine;
  const {producer} = await show(room, ann);
  const before = (await parley.dump()).handlers;
  for (let round = 0; round < 3; round += 1) {
    const consumer = await room.consume(bob.receive, producer, rtpCapabilities);
    room.closeConsumer(consumer.id);
  }
  expect(room.pipes).toBe(1);
  await until(() => room.pipes === 0, 'the pipe is taken down');
  await until(async () => (await parley.dump()).handlers === before, 'and its transports with it');
  const consumer = await room.consume(bob.receive, producer, rtpCapabilities);
  expect(consumer.producerId).toBe(producer);
});

test('crowds that want the same at once share one pipe', async () => {
  await using parted = await partedRoom();
  const {parley, room, ann, bob, cas, dan} = parted;
  const {producer} = await show(room, ann);
  const wanting = [bob, cas, dan, bob, dan].map(({receive}) =>
    room.consume(receive, producer, parley.engine.rtpCapabilities),
  );
  expect(new Set((await Promise.all(wanting)).map(({id}) => id)).size).toBe(5);
  expect(room.pipes).toBe(1);
});

test('with the worker of some peers the others lose what those published, and nothing else', async () => {
  await using parted = await partedRoom();
  const {parley, room, events, ann, bob, cas, dan, workers} = parted;
  const {rtpCapabilities} = parley.engine;
  const [ofAnn, ofBob, ofDan] = [await speak(room, ann), await speak(room, bob), await speak(room, dan)];
  const heard = [
    await room.consume(bob.receive, ofDan.producer, rtpCapabilities),
    await room.consume(dan.receive, ofBob.producer, rtpCapabilities),
  ];
  const gone = await room.consume(bob.receive, ofAnn.producer, rtpCapabilities);

  process.kill(workers.ofAnn, 'SIGKILL');
  await until(() => events.some(({kind}) => kind === 'peersLost'), 'the loss is told');
  const [loss] = events.filter((event) => event.kind === 'peersLost');
  expect([...loss!.peers].sort()).toEqual([ann.peer, cas.peer].sort());
  expect(gone.closed).toBe(true);
  const others = events.filter(({kind}) => kind !== 'peersLost' && kind !== 'speaker');
  expect(others).toEqual([{kind: 'consumerClosed', consumer: gone.id}]);
  expect(heard.map(({closed}) => closed)).toEqual([false, false]);
  await expect(room.connectTransport(ann.send, dtls())).rejects.toMatchObject({code: 'unknown'});

  // Who comes back is heard again by those who stayed.
  await until(() => parley.engine.workers.every(({pid}) => pid !== undefined), 'another worker runs');
  const back = await enter(room, ann.peer);
  const {producer} = await speak(room, back);
  const again = await room.consume(bob.receive, producer, rtpCapabilities);
  expect(again.closed).toBe(false);
});

test('the room is lost with the last of its workers', async () => {
  await using parted = await partedRoom();
  const {parley, room, events} = parted;
  for (const {pid} of parley.engine.workers) process.kill(pid!, 'SIGKILL');
  await until(() => events.some(({kind}) => kind === 'lost'), 'the loss is told');
  expect(events.at(-1)).toEqual({kind: 'lost'});
  expect(room.pipes).toBe(0);
});

test('a worker is left when its last peer leaves, and a closed room leaves nothing on any', async () => {
  await using parley = await startEngine({workers: 3, togetherBelow: 0});
  const empty = await parley.dump();
  for (let round = 0; round < 3; round += 1) {
    const room = await parley.engine.open(() => undefined);
    const members = await Promise.all(Array.from({length: 24}, (_, peer) => enter(room, `peer-${peer}`)));
    expect(room.workers).toBe(3);
    const producers = await Promise.all(members.map((member) => speak(room, member)));
    for (const {receive} of members) {
      await Promise.all(producers.map(({producer}) => room.consume(receive, producer, parley.engine.rtpCapabilities)));
    }
    expect(room.pipes).toBe(2 * members.length);
    if (round === 0) {
      for (const {send, receive} of members) for (const id of [send, receive]) room.closeTransport(id);
      await until(() => room.workers === 1, 'all but the first worker are left');
    }
    const unfinished = enter(room, 'gus');
    room.close();
    await expect(unfinished).rejects.toMatchObject({code: 'unknown'});
  }
  await until(async () => (await parley.dump()).handlers === empty.handlers, 'the workers hold nothing');
  expect(await parley.dump()).toEqual(empty);
  expect(parley.engine.workers).toMatchObject(Array.from({length: 3}, () => ({rooms: 0, objects: 0})));
});
