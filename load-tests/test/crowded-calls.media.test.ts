import {call, callNews, callReceiving, type ResultOf} from '@parley/protocol';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {mediaSettings} from '../src/subjects/media-worker.js';
import {startParleyNode, type RunningNode} from '../src/subjects/parley.js';
import {Pacer} from '../src/webrtc/pacer.js';
import {RtpStream} from '../src/webrtc/rtp-stream.js';
import {camera, microphone} from '../src/webrtc/track.js';
import {NarrowPath} from './narrow-path.js';
import {Witness} from './witness.js';

/** Nothing of what is looked at here takes longer, however busy the machine is. */
const patiently = {timeout: 20_000, interval: 20};
/** Little of it: it goes to all of many. */
const smallCamera = {...camera, packetsPerSecond: 20};
/** How long changes are gathered in a large call. */
const windowMs = 250;

const pacer = new Pacer();
const witnesses: Witness[] = [];
/** What ends a test besides: so that the next one has the machine for itself. */
const endings: (() => void)[] = [];
let node: RunningNode;

beforeAll(async () => {
  node = await startParleyNode({env: mediaSettings(1)});
});
afterEach(async () => {
  for (const end of endings.splice(0)) end();
  await Promise.all(witnesses.splice(0).map(({peer}) => peer.close()));
});
afterAll(async () => {
  pacer.stop();
  await node.stop();
});

/** Somebody in the room, not yet in its call. */
async function connect(user: string, room: string): Promise<Witness> {
  const witness = await Witness.connect(node, user, room, pacer);
  witnesses.push(witness);
  return witness;
}

function every(ms: number, action: () => void): void {
  const timer = setInterval(action, ms);
  endings.push(() => {
    clearInterval(timer);
  });
}

/** Words, and pauses between them: what is as loud all the time is taken for noise. */
function talk(stream: RtpStream): void {
  let turn = 0;
  stream.level = -60;
  every(100, () => {
    turn += 1;
    stream.level = turn % 10 === 0 ? -60 : -20;
  });
}

/** A video in two sizes, of which the smaller is 84 kb/s. */
async function publishInTwo({peer}: Witness, source: 'camera' | 'screen'): Promise<string> {
  const sizes = [250, 1_000].map(
    (payloadBytes) => new RtpStream({...camera, source, packetsPerSecond: 40, payloadBytes}),
  );
  await peer.publishSilent(
    {kind: 'video', source},
    {
      mid: source,
      codecs: [camera.codec],
      encodings: sizes.map(({ssrc}) => ({ssrc})),
      rtcp: {cname: peer.user, reducedSize: true},
    },
  );
  endings.push(...sizes.map((stream) => pacer.add(stream, (packet) => peer.send(packet))));
  every(500, () => {
    for (const stream of sizes) peer.send(stream.report());
  });
  return own(await peer.sync(), source);
}

/** What the user publishes, as the server has it. */
function own(
  {producers, peer}: ResultOf<typeof call.sync>,
  source: 'microphone' | 'camera' | 'screen' = 'microphone',
): string {
  const found = producers.find((one) => one.peer === peer && one.source === source);
  if (found === undefined) throw new Error(`There is no ${source}.`);
  return found.producer;
}

test('[CALL49] of real voices packets come of the loudest alone, and who is clearly louder takes the place of another', async () => {
  const eve = await connect('eve', 'voices');
  const levels = {ann: -20, ben: -30, cas: -40, dan: -50};
  const streams = new Map<string, RtpStream>();
  const producers = new Map<string, string>();
  const speakers = await Promise.all(Object.keys(levels).map((user) => connect(user, 'voices')));
  await Promise.all([eve, ...speakers].map(({peer}) => peer.join()));
  for (const {user, peer} of speakers) {
    const stream = await peer.publish(microphone);
    stream.level = levels[user as keyof typeof levels];
    streams.set(user, stream);
    producers.set(user, own(await peer.sync()));
  }
  const voices = (...users: string[]): readonly string[] => users.map((user) => producers.get(user) ?? user).sort();
  await expect.poll(() => eve.hears(), patiently).toEqual(voices('ann', 'ben', 'cas', 'dan'));
  await eve.peer.ask(callReceiving.receive, {voices: 2});
  await expect.poll(() => eve.hears(), patiently).toEqual(voices('ann', 'ben'));

  // Louder, but not clearly: it is measured, and nothing comes of it.
  const measured: number[] = [];
  const casSession = (await speakers[2]?.peer.sync())?.peer;
  eve.peer.listen(callNews.levels, (told) => {
    for (const {peer, level} of told.levels) if (peer === casSession) measured.push(level);
  });
  await eve.peer.ask(callNews.follow, {topics: ['levels']});
  streams.get('cas')!.level = -25;
  await expect.poll(() => measured.filter((level) => level === -25).length, patiently).toBeGreaterThan(2);
  expect(await eve.hears()).toEqual(voices('ann', 'ben'));
  streams.get('cas')!.level = -23;
  await expect.poll(() => eve.hears(), patiently).toEqual(voices('ann', 'cas'));
  // Who did not ask for fewer is sent all others as before.
  expect(await speakers[0]!.hears()).toEqual(voices('ben', 'cas', 'dan'));
});

test('[CALL26] [CALL51] fourteen real peers are told of each other in windows, in one order, and are not offered what is muted until it goes on', async () => {
  const all = await Promise.all(Array.from({length: 14}, (_, n) => connect(`peer-${n}`, 'hall')));
  const [ann, ben, cas] = all as [Witness, Witness, Witness];
  const enter = async ({peer}: Witness): Promise<void> => {
    await peer.join();
    await peer.publish(microphone);
  };
  await Promise.all(all.slice(0, 12).map(enter));
  await expect.poll(() => ann.offers.length, patiently).toBe(11);
  expect(ann.payloads(call.changes)).toEqual([]);
  const singles = ann.told.length;

  // From here on everybody is told together.
  const from = performance.now();
  await Promise.all(all.slice(12).map(enter));
  const toldOf = (one: Witness) => one.payloads(call.changes).flatMap(({changes}) => changes);
  await expect.poll(() => toldOf(ann).length, patiently).toBe(4);
  // What is told by the answer is not told again: so nobody asks while anything is gathered.
  const states = new Map<string, ResultOf<typeof call.sync>>();
  for (const one of all) states.set(one.user, await one.peer.sync());
  const voiceOf = ({user}: Witness): string => own(states.get(user)!);
  const turn = async (one: Witness, paused: boolean): Promise<void> => {
    await one.peer.ask(paused ? call.producerPause : call.producerResume, {producer: voiceOf(one)});
  };
  for (const paused of [true, false, true]) await turn(cas, paused);
  await Promise.all(all.slice(3, 12).map((one) => turn(one, true)));
  // A camera that is off is published, told of, and offered to nobody; the microphone of the same peer was, before.
  await cas.peer.publish(smallCamera, true);
  const dark = own(await cas.peer.sync(), 'camera');
  const aboutCamera = (one: Witness) => toldOf(one).some((change) => 'producer' in change && change.producer === dark);
  await expect.poll(() => [ann, ben].every(aboutCamera), patiently).toBe(true);
  const tookMs = performance.now() - from;
  const frames = ann.payloads(call.changes);
  expect(ann.told.slice(singles).map(({name}) => name)).toEqual(frames.map(() => call.changes.name));
  // 2 who came, 2 microphones, 12 that were muted or opened, a camera, and that it is off.
  expect(toldOf(ann)).toHaveLength(18);
  expect(frames.length).toBeLessThanOrEqual(tookMs / windowMs);
  expect(frames.length).toBeLessThan(toldOf(ann).length);
  // Of themselves nobody was told; of all else in the same order.
  expect(toldOf(ben)).toEqual(toldOf(ann));
  const ofCas = toldOf(ann).filter((change) => 'producer' in change && change.producer === voiceOf(cas));
  expect(ofCas.map(({change}) => change)).toEqual(['paused', 'resumed', 'paused']);

  const late = await connect('late', 'hall');
  await late.peer.join();
  const open = [ann, ben, ...all.slice(12)].map(voiceOf).sort();
  await expect.poll(() => late.hears(), patiently).toEqual(open);
  expect(late.offers.map(({producer}) => producer).sort()).toEqual(open);
  await turn(cas, false);
  await cas.peer.ask(call.producerResume, {producer: dark});
  const more = [...open, voiceOf(cas), dark].sort();
  await expect.poll(() => late.hears(), patiently).toEqual(more);
  expect(late.offers.map(({producer}) => producer).sort()).toEqual(more);
  const offersOfCamera = all.map(({offers}) => offers.filter(({producer}) => producer === dark).length);
  expect(offersOfCamera).toEqual(all.map((one) => (one === cas ? 0 : 1)));
});

test('[CALL24] where a path carries one video of three a screen goes on, then the camera of who speaks, then the pinned one', async () => {
  using path = new NarrowPath(160_000);
  const eve = await connect('eve', 'path');
  const [ann, ben] = [await connect('ann', 'path'), await connect('ben', 'path')];
  /** Not only for a moment, as while another begins. */
  const movesAlone = async (producer: string): Promise<void> => {
    let looks = 0;
    const look = async (): Promise<number> => {
      looks = (await eve.hears()).join() === producer ? looks + 1 : 0;
      return looks;
    };
    await expect.poll(look, patiently).toBe(3);
  };
  const speaker = (witness: Witness) =>
    expect.poll(() => eve.payloads(callNews.speaker).at(-1)?.peer, patiently).toBe(sessions.get(witness));
  await Promise.all([eve.joinBy(path), ann.peer.join(), ben.peer.join()]);
  // Sound would take of the path: the server hears it all the same.
  await eve.peer.ask(callReceiving.receive, {voices: 0});
  await eve.peer.ask(callNews.follow, {topics: ['speaker']});
  const sessions = new Map<Witness, string>();
  const voices = new Map<Witness, string>();
  const cameras = new Map<Witness, string>();
  for (const one of [ann, ben]) {
    talk(await one.peer.publish(microphone, one === ben));
    cameras.set(one, await publishInTwo(one, 'camera'));
    const state = await one.peer.sync();
    sessions.set(one, state.peer);
    voices.set(one, own(state));
  }
  const screen = await publishInTwo(ben, 'screen');
  const [annsCamera, bensCamera] = [cameras.get(ann)!, cameras.get(ben)!];
  await speaker(ann);
  await movesAlone(screen);
  await ben.peer.ask(call.producerClose, {producer: screen});
  await movesAlone(annsCamera);
  await ann.peer.ask(call.producerPause, {producer: voices.get(ann)!});
  await ben.peer.ask(call.producerResume, {producer: voices.get(ben)!});
  await speaker(ben);
  await movesAlone(bensCamera);
  const {consumer} = eve.offers.find(({producer}) => producer === annsCamera)!;
  await eve.peer.ask(call.consumerSet, {consumer, pinned: true});
  await movesAlone(annsCamera);
});
