import {call as definitions, people} from '@parley/protocol';
import {expect, test} from 'vitest';
import {FakeTrack} from '../../test/fakes/fake-track.js';
import {until} from '../../test/fakes/hand-turned-clock.js';
import {begin, type InCall} from '../../test/fakes/in-call.js';

/** Never left, and joined once. */
function expectSameStay({server}: InCall): void {
  expect([server.asked(definitions.leave.name), server.asked(definitions.join.name)]).toEqual([0, 1]);
}
const openTransports = ({harness}: InCall): number => harness.devices.transports.filter(({closed}) => !closed).length;
const replacedBy = (inCall: InCall, count: number): Promise<void> =>
  until(() => inCall.server.asked(definitions.transportCreate.name) === 2 + count);

test('[CALL35] a path that no restart repairs is replaced, and what is published goes on by it as it was', async () => {
  const inCall = await begin({microphone: new FakeTrack('audio')});
  const {harness, parley, server, call, states} = inCall;
  const [producer] = [...server.producers.keys()];
  await call.published.get('microphone')!.pause();
  harness.devices.path('send', 'failed');
  await harness.clock.turn(20_000);
  await replacedBy(inCall, 1);
  await until(() => server.asked(definitions.produce.name) === 2);
  expect([...server.producers.values()]).toMatchObject([{producer, paused: true}]);
  expect(call.state).toEqual({status: 'reconnecting', reason: 'media'});
  harness.devices.path('send', 'connected');
  expect(states).toEqual([{status: 'reconnecting', reason: 'media'}, {status: 'connected'}]);
  expect(openTransports(inCall)).toBe(2);
  // It is the same publication still: resumed here, it is resumed there.
  await call.published.get('microphone')!.resume();
  expect([...server.producers.values()]).toMatchObject([{producer, paused: false}]);
  expectSameStay(inCall);
  await parley.close();
});

test('[CALL35] a transport that the server has given up is replaced at once; who is received stays, by other tracks', async () => {
  const inCall = await begin({}, (prepared) => {
    prepared.arrive('session-bob');
    prepared.publish('session-bob', 'microphone');
  });
  const {harness, parley, server, call} = inCall;
  await until(() => server.ready.size === 1);
  const news: string[] = [];
  call.on('participant', ({change}) => news.push(change));
  call.on('track', ({source}) => news.push(`track ${source}`));
  call.on('trackEnded', ({source}) => news.push(`ended ${source}`));
  const heard = (): MediaStreamTrack | undefined =>
    call.participants.get('session-bob')?.tracks.get('microphone')?.track;
  const before = heard();
  server.failTransport('receive');
  await replacedBy(inCall, 1);
  await until(() => openTransports(inCall) === 2);
  expect(heard()).toBe(before);
  const [offer] = server.offerAgain();
  await until(() => server.ready.has(offer!.consumer));
  expect(heard()).not.toBe(before);
  expect(news).toEqual(['track microphone', 'ended microphone']);
  harness.devices.path('recv', 'connected');
  expect(call.state).toEqual({status: 'connected'});
  expectSameStay(inCall);
  await parley.close();
});

test('[CALL35] an offer for the transport that was, which comes late, is not set up on the next', async () => {
  const inCall = await begin({}, (prepared) => {
    prepared.arrive('session-bob');
  });
  const {parley, server, call} = inCall;
  const late = server.publish('session-bob', 'microphone', false);
  const transport = server.transports.find(({direction}) => direction === 'receive')!;
  server.failTransport('receive');
  await replacedBy(inCall, 1);
  await until(() => openTransports(inCall) === 2);
  inCall.harness.server.tell(definitions.consumersOffered.name, {
    room: 'lobby',
    consumers: [{...late, transport: transport.transport}],
  });
  const [offer] = server.offerAgain();
  await until(() => server.ready.has(offer!.consumer));
  expect([...server.ready]).toEqual([offer!.consumer]);
  expect(call.participants.get('session-bob')?.tracks.size).toBe(1);
  await parley.close();
});

test('[CALL35] who is muted by somebody while their transport is replaced stays so, and is told', async () => {
  const inCall = await begin({microphone: new FakeTrack('audio')});
  const {harness, parley, server, call} = inCall;
  const [own] = [...server.producers.values()];
  const muted: (string | undefined)[] = [];
  call.on('muted', ({by}) => muted.push(by));
  const create = harness.server.on.get(definitions.transportCreate.name)!;
  harness.server.on.set(definitions.transportCreate.name, (params, session) => {
    const answer = create(params, session);
    server.producers.set(own!.producer, {...own!, paused: true});
    harness.server.tell(people.muted.name, {room: 'lobby', producers: [own!.producer], by: 'mod'});
    return answer;
  });
  server.failTransport('send');
  await until(() => server.asked(definitions.produce.name) === 2);
  await until(() => muted.length === 1);
  expect([...server.producers.values()]).toMatchObject([{producer: own!.producer, paused: true}]);
  expect(call.published.get('microphone')?.paused).toBe(true);
  expect(call.published.get('microphone')?.track.enabled).toBe(false);
  await parley.close();
});

test('[CALL35] a replacement that does not come up within 8 s ends in a call that is joined anew', async () => {
  const inCall = await begin({microphone: new FakeTrack('audio')});
  const {harness, parley, server} = inCall;
  server.failTransport('send');
  await until(() => server.asked(definitions.produce.name) === 2);
  harness.devices.path('send', 'connecting');
  await harness.clock.turn(8_100);
  await until(() => server.asked(definitions.join.name) === 2);
  expect(server.asked(definitions.leave.name)).toBe(1);
  await until(() => server.asked(definitions.produce.name) === 3);
  expect(server.producers.size).toBe(1);
  await parley.close();
});

test('[CALL35] after a resume what the server has no longer is replaced, and nothing else', async () => {
  const inCall = await begin({microphone: new FakeTrack('audio')});
  const {harness, parley, server} = inCall;
  const gone = server.transports.find(({direction}) => direction === 'send')!;
  const sync = harness.server.on.get(definitions.sync.name)!;
  harness.server.on.set(definitions.sync.name, (params, session) => {
    const standing = sync(params, session) as {transports: {transport: string}[]};
    return {...standing, transports: standing.transports.filter(({transport}) => transport !== gone.transport)};
  });
  harness.server.cut();
  await replacedBy(inCall, 1);
  await until(() => server.asked(definitions.produce.name) === 2);
  expect(server.producers.size).toBe(1);
  expectSameStay(inCall);
  await parley.close();
});

test('[CALL35] what the server holds no longer is published anew by the next transport', async () => {
  const inCall = await begin({microphone: new FakeTrack('audio')});
  const {parley, server, call} = inCall;
  const [before] = [...server.producers.keys()];
  server.producers.clear();
  server.failTransport('send');
  await until(() => server.producers.size === 1);
  expect(server.producers.has(before!)).toBe(false);
  expect(call.published.get('microphone')?.status).toBe('live');
  await parley.close();
});
