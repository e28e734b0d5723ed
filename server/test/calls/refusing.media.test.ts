import {call, type media} from '@parley/protocol';
import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {Caller} from './caller.js';
import {startMediaNode} from './media-node.js';
import {opus} from './rtp.js';

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
