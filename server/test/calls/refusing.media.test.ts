import {call, type media, type RequestDefinition} from '@parley/protocol';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {Caller} from './caller.js';
import {startMediaNode} from './media-node.js';
import {dtls, opus, simulcast} from './rtp.js';

/** What programs tend to stumble over, in the place of whatever a field should be. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', ' ', '\0', 'x'.repeat(5_000), [], {}, -1, 0, 1.5, 127, 128, 255, 65_536),
  fc.constantFrom<unknown>(2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, 'L9T9', 'video/rtx', 'AUDIO/OPUS'),
  fc.string(),
  fc.jsonValue({maxDepth: 2}),
);

/** Either a value in the place of another, or a value left out, or an entry doubled: where, is a path by turns. */
interface Change {
  readonly turns: readonly number[];
  readonly how: 'replace' | 'remove' | 'double';
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  turns: fc.array(fc.nat(), {minLength: 1, maxLength: 6}),
  how: fc.constantFrom('replace' as const, 'replace' as const, 'remove' as const, 'double' as const),
  value: nasty,
});

function changed(original: object, {turns, how, value}: Change): object {
  const copy = structuredClone(original);
  let place = copy as Record<string, unknown>;
  for (const [depth, turn] of turns.entries()) {
    const keys = Object.keys(place);
    const key = keys[turn % Math.max(1, keys.length)];
    if (key === undefined) break;
    const next = place[key];
    if (depth < turns.length - 1 && typeof next === 'object' && next !== null) {
      place = next as Record<string, unknown>;
      continue;
    }
    if (how === 'double' && Array.isArray(place)) place.push(structuredClone(next));
    else if (how === 'remove' && Array.isArray(place)) place.splice(Number(key), 1);
    else if (how === 'remove') Reflect.deleteProperty(place, key);
    else place[key] = value;
    break;
  }
  return copy;
}

/** What may be said to parameters; `internal` would be a defect. */
const refusals = new Set(['invalid_payload', 'media_refused', 'unknown_media', 'conflict', 'too_large']);

test('[CALL12] no change of RTP, DTLS or ICE parameters or of capabilities ends a worker or is answered by a defect', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode({PARLEY_INVALID_REQUESTS_PER_MINUTE: '0'});
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  const [worker] = watch.workers;
  await bob.enter();
  const {send, receive} = await ann.enter();
  const seen = new Map<string, number>();

  const ask = async (definition: RequestDefinition, params: object): Promise<unknown> => {
    const answer = await ann.client.ask(definition.name, params);
    const outcome = answer.ok ? 'ok' : answer.error.code;
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    if (answer.ok) return answer.data;
    expect(refusals, `${definition.name}: ${answer.error.message}`).toContain(answer.error.code);
    return undefined;
  };
  /** What is made is taken back, so that each attempt finds the same call. */
  const produce = async (rtpParameters: object, kind: 'audio' | 'video'): Promise<void> => {
    const source = kind === 'audio' ? 'microphone' : 'camera';
    const made = await ask(call.produce, {room: 'den', id: ann.id(), transport: send, kind, source, rtpParameters});
    if (made === undefined) return;
    const {producer} = call.produce.result.parse(made);
    await ann.request(call.producerClose, {producer});
  };

  await fc.assert(
    fc.asyncProperty(fc.array(change, {minLength: 1, maxLength: 3}), fc.nat({max: 4}), async (changes, target) => {
      const wrong = (right: object): object => changes.reduce(changed, right);
      switch (target) {
        case 0:
          await produce(wrong(opus()), 'audio');
          break;
        case 1:
          await produce(wrong(simulcast()), 'video');
          break;
        case 2: {
          const {transport} = await bob.request(call.transportCreate, {id: bob.id(), direction: 'send'});
          const connect = {room: 'den', transport, dtlsParameters: wrong(dtls())};
          const answer = await bob.client.ask(call.transportConnect.name, connect);
          if (!answer.ok) expect(refusals).toContain(answer.error.code);
          break;
        }
        case 3:
          await ask(call.consumerSet, {
            ...wrong({consumer: 'x', preferredLayers: {spatial: 1, temporal: 1}}),
            room: 'den',
          });
          await ask(call.subscribe, {...wrong({transport: receive, producers: 'all'}), room: 'den'});
          break;
        default: {
          // Capabilities go to the engine when something is to be consumed.
          const rtpCapabilities = wrong(ann.capabilities);
          const join = {room: 'den', id: bob.id(), rtpCapabilities};
          const answer = await bob.client.ask(call.join.name, join);
          if (!answer.ok) expect(refusals).toContain(answer.error.code);
          else {
            await bob.request(call.subscribe, {transport: await bob.transport('receive'), producers: 'all'});
            await produce(opus(), 'audio');
            await produce(simulcast(), 'video');
          }
        }
      }
      expect(worker!.closed).toBe(false);
    }),
    {numRuns: 300},
  );

  expect(watch.workers).toEqual([worker]);
  expect(seen.get('invalid_payload'), JSON.stringify([...seen])).toBeGreaterThan(20);
  expect(seen.get('ok'), JSON.stringify([...seen])).toBeGreaterThan(20);
  const listed = await ann.request(call.sync, {});
  expect(listed.producers).toEqual([]);
  await bob.join();
  const toBob = await bob.transport('receive');
  await bob.request(call.subscribe, {transport: toBob, producers: 'all'});
  const camera = await ann.publish(send, 'camera');
  await bob.untilTold(call.consumersOffered, (batches) =>
    batches.some(({consumers}) => consumers.some(({producer}) => producer === camera)),
  );
});

test('[CALL12] what the schema lets pass and the engine refuses is media_refused, and names no field', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode();
  await using ann = await Caller.connect(node, 'ann');
  const {send} = await ann.enter();
  const empty = await watch.ids();
  const audio = {transport: send, kind: 'audio', source: 'microphone'} as const;
  const {codecs, ...rest} = opus();
  const wrong: Record<string, media.RtpParameters> = {
    'a codec of no call': {...rest, codecs: [{mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8_000}]},
    'an encoding of an unknown payload type': {...rest, codecs, encodings: [{ssrc: 1, codecPayloadType: 9}]},
    'no encoding that can be told apart': {codecs, encodings: [{}]},
  };
  for (const [what, rtpParameters] of Object.entries(wrong)) {
    const refused = await ann.refusal(call.produce, {...audio, id: ann.id(), rtpParameters});
    expect(refused, what).toMatchObject({code: 'media_refused', retryable: false});
  }
  expect(await watch.ids()).toEqual(empty);
  const badFingerprint = {fingerprints: [{algorithm: 'sha-256', value: 'AB:CD'}]};
  expect(await ann.refusal(call.transportConnect, {transport: send, dtlsParameters: badFingerprint})).toMatchObject({
    code: 'invalid_payload',
    field: 'dtlsParameters.fingerprints.0',
  });
  expect(
    await ann.refusal(call.produce, {...audio, source: 'camera', id: ann.id(), rtpParameters: opus()}),
  ).toMatchObject({code: 'invalid_payload', field: 'kind'});
  expect(watch.workers.map(({closed}) => closed)).toEqual([false]);
});
